//! Actions that first read a resource and then change it take turns. Otherwise, one of two actions at
//! the same time would undo what the other has changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// The turns of each service.
#[derive(Default)]
pub(crate) struct Turns(Mutex<BTreeMap<&'static str, Arc<Turn<()>>>>);

impl Turns {
    /// Waits for a turn to change resources of this service. The turn lasts as long as what is returned.
    pub(crate) async fn take(&self, service: &'static str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(service).or_default())
        };
        turn.lock_owned().await
    }
}
