//! The network as it was read last, until the state changes.

use std::sync::{Arc, Mutex, PoisonError};

use super::Topology;
use crate::account::Account;

/// The network, with the revision of the state that it was read from.
#[derive(Default)]
pub(crate) struct Network(Mutex<Option<(u64, Arc<Topology>)>>);

/// The network of the account now.
pub(crate) fn topology(account: &Account) -> Arc<Topology> {
    let revision = account.revision();
    let lock = || {
        account
            .network
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    };
    if let Some((known, topology)) = &*lock()
        && *known == revision
    {
        return Arc::clone(topology);
    }
    // The revision was read first: a change in between only means that the next call reads again.
    let topology = Arc::new(account.read(Topology::of));
    *lock() = Some((revision, Arc::clone(&topology)));
    topology
}
