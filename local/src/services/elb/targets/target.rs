//! One target and its health.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// The health of a target, in ELB's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Initial,
    Healthy,
    Unhealthy,
    Draining,
}

/// A registered target.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(super) health: watch::Sender<Health>,
    in_flight: AtomicUsize,
    reason: Mutex<String>,
    blocked: Mutex<Option<Arc<str>>>,
    healthy_since: Mutex<Option<Instant>>,
}

impl Target {
    pub(super) fn new(address: SocketAddr) -> Arc<Self> {
        Arc::new(Self {
            address,
            health: watch::Sender::new(Health::Initial),
            in_flight: AtomicUsize::new(0),
            reason: Mutex::new(
                "Elb.RegistrationInProgress: Target registration is in progress".into(),
            ),
            blocked: Mutex::default(),
            healthy_since: Mutex::new(None),
        })
    }

    /// Its health now.
    pub(crate) fn health(&self) -> Health {
        *self.health.borrow()
    }

    /// Why it is not healthy, as the last check found.
    pub(crate) fn reason(&self) -> String {
        let reason = self.reason.lock();
        reason.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_reason(&self, reason: String) {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// What in the network stops the load balancer on its way to the target, and what would let it
    /// through.
    pub(crate) fn blocked(&self) -> Option<Arc<str>> {
        let blocked = self.blocked.lock();
        blocked.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_blocked(&self, blocked: Option<Arc<str>>) {
        *self.blocked.lock().unwrap_or_else(PoisonError::into_inner) = blocked;
    }

    /// Whether it has requests in flight.
    pub(super) fn is_busy(&self) -> bool {
        self.in_flight() > 0
    }

    /// How many requests are in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Acquire)
    }

    /// Records that it has just become healthy.
    pub(super) fn note_healthy(&self) {
        let mut since = self
            .healthy_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *since = Some(Instant::now());
    }

    /// For how long it has been healthy.
    pub(super) fn healthy_for(&self) -> Duration {
        let since = self
            .healthy_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

/// A request in flight to a target. The target has drained when the last one is dropped.
pub(crate) struct InFlight(Arc<Target>);

impl InFlight {
    pub(super) fn through(target: &Arc<Target>) -> Self {
        target.in_flight.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(target))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}
