//! The running parts of load balancers: target groups, listeners and ports.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

use super::access_logs::Pending;
use super::counts::Counts;
use super::live::Live;
use super::targets::Targets;

/// The target groups and listeners, by ARN.
#[derive(Default)]
pub(crate) struct Balancers {
    running: Mutex<Running>,
    /// The lines of access logs that are not in their buckets yet.
    pub(super) access_logs: Pending,
}

#[derive(Default)]
pub(super) struct Running {
    groups: HashMap<String, Arc<Targets>>,
    pub(super) listeners: BTreeMap<String, Arc<Live>>,
    /// What each load balancer counts, by its ARN.
    counts: HashMap<String, Arc<Counts>>,
    /// The open ports on 127.0.0.1.
    pub(super) ports: BTreeMap<u16, Open>,
    /// The ports of load balancers, including those that are being created.
    reserved: BTreeSet<u16>,
}

/// An open port. HTTP and HTTPS can share one: the first byte of a connection says which it is.
pub(super) struct Open {
    pub(super) accepting: AbortHandle,
    /// The ARN of the listener that answers HTTP.
    pub(super) plain: Option<String>,
    /// The ARN of the listener that answers HTTPS.
    pub(super) tls: Option<String>,
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

    /// Whether there is neither a listener nor a target group.
    pub(super) fn is_empty(&self) -> bool {
        let running = self.lock();
        running.groups.is_empty() && running.listeners.is_empty()
    }

    /// The counts of a load balancer.
    pub(super) fn counts(&self, load_balancer: &str) -> Arc<Counts> {
        let mut running = self.lock();
        let counts = running.counts.entry(load_balancer.to_owned());
        Arc::clone(counts.or_default())
    }

    /// The counts of a load balancer that has had a listener.
    pub(super) fn known_counts(&self, load_balancer: &str) -> Option<Arc<Counts>> {
        self.lock().counts.get(load_balancer).cloned()
    }

    pub(super) fn forget_counts(&self, load_balancer: &str) {
        self.lock().counts.remove(load_balancer);
    }

    /// The listener with this ARN, as it serves requests now.
    pub(super) fn live(&self, arn: &str) -> Option<Arc<Live>> {
        self.lock().listeners.get(arn).cloned()
    }

    /// The listeners of a load balancer.
    pub(super) fn listeners_of(&self, load_balancer: &str) -> Vec<String> {
        let running = self.lock();
        let listeners = running.listeners.iter();
        listeners
            .filter(|(_, live)| live.load_balancer == load_balancer)
            .map(|(arn, _)| arn.clone())
            .collect()
    }

    /// The port on 127.0.0.1 of a listener.
    pub(super) fn port_of(&self, arn: &str) -> Option<u16> {
        let running = self.lock();
        let mut ports = running.ports.iter();
        let is_its = |open: &Open| [&open.plain, &open.tls].contains(&&Some(arn.to_owned()));
        ports.find(|(_, open)| is_its(open)).map(|(port, _)| *port)
    }

    /// The listener that answers HTTP or HTTPS on a port of 127.0.0.1.
    pub(super) fn at(&self, port: u16, tls: bool) -> Option<(String, Arc<Live>)> {
        let running = self.lock();
        let open = running.ports.get(&port)?;
        let arn = if tls { &open.tls } else { &open.plain };
        let arn = arn.as_ref()?;
        let live = running.listeners.get(arn)?;
        Some((arn.clone(), Arc::clone(live)))
    }

    /// Reserves a port for a load balancer. Returns false if another load balancer has it.
    pub(super) fn reserve(&self, port: u16) -> bool {
        let mut running = self.lock();
        !running.ports.contains_key(&port) && running.reserved.insert(port)
    }

    pub(super) fn release(&self, port: u16) {
        self.lock().reserved.remove(&port);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Whether a load balancer has reserved the port.
    pub(super) fn is_reserved(&self, port: u16) -> bool {
        self.reserved.contains(&port)
    }
}
