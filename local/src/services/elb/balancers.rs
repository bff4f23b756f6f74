//! The running parts of load balancers: target groups, listeners and ports.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

use super::targets::Targets;

/// The target groups and listeners, by ARN.
#[derive(Default)]
pub(crate) struct Balancers(Mutex<Running>);

#[derive(Default)]
struct Running {
    groups: HashMap<String, Arc<Targets>>,
    listeners: BTreeMap<String, Listening>,
    /// The ports of load balancers, including those that are being created.
    reserved: BTreeSet<u16>,
}

/// A listener that accepts connections.
pub(super) struct Listening {
    pub(super) accepting: AbortHandle,
    /// The ARN of the target group that it forwards to.
    pub(super) target_group: String,
}

impl Balancers {
    /// The targets of the target group with this ARN, if it exists.
    pub(crate) fn targets(&self, group: &str) -> Option<Arc<Targets>> {
        self.lock().groups.get(group).cloned()
    }

    pub(super) fn add_group(&self, arn: &str, targets: Arc<Targets>) {
        self.lock().groups.insert(arn.to_owned(), targets);
    }

    pub(super) fn remove_group(&self, arn: &str) {
        self.lock().groups.remove(arn);
    }

    /// Records a listener that already accepts connections.
    pub(super) fn add_listener(&self, arn: &str, listen: impl FnOnce() -> Listening) {
        let mut running = self.lock();
        running.listeners.insert(arn.to_owned(), listen());
    }

    /// Makes a listener forward to another target group.
    pub(super) fn redirect(&self, listener: &str, target_group: &str) {
        if let Some(listening) = self.lock().listeners.get_mut(listener) {
            target_group.clone_into(&mut listening.target_group);
        }
    }

    /// Closes a listener's port.
    pub(super) fn remove_listener(&self, arn: &str) {
        if let Some(listening) = self.lock().listeners.remove(arn) {
            listening.accepting.abort();
        }
    }

    /// The targets to which a listener forwards.
    pub(super) fn targets_of_listener(&self, arn: &str) -> Option<Arc<Targets>> {
        let running = self.lock();
        let listening = running.listeners.get(arn)?;
        running.groups.get(&listening.target_group).cloned()
    }

    /// Reserves a port for a load balancer. Returns false if another load balancer has it.
    pub(super) fn reserve(&self, port: u16) -> bool {
        self.lock().reserved.insert(port)
    }

    pub(super) fn release(&self, port: u16) {
        self.lock().reserved.remove(&port);
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
