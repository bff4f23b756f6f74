//! The targets of a target group: their health, and the next one that a request goes to.

mod check;
mod pick;
mod settings;
mod target;

use std::net::SocketAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use self::check::check_forever;
pub(super) use self::pick::Picked;
pub(super) use self::settings::{Settings, Stickiness};
pub(crate) use self::target::{Health, Target};
use crate::account::Pace;
use crate::containers::TaskConnector;
use crate::services::elb::counts::Counts;
use crate::services::elb::network::Gate;

/// How often to check whether a target has drained.
const DRAINING_INTERVAL: Duration = Duration::from_millis(10);

/// The targets of a target group.
pub(crate) struct Targets {
    settings: RwLock<Settings>,
    pace: Pace,
    connector: TaskConnector,
    /// Sends the requests that the load balancer passes on.
    client: Client<TaskConnector, Incoming>,
    pub(super) gate: Gate,
    pub(super) counts: Counts,
    registered: RwLock<Vec<Arc<Target>>>,
    next: AtomicUsize,
}

impl Targets {
    pub(super) fn new(
        settings: Settings,
        pace: Pace,
        gate: Gate,
        connector: TaskConnector,
    ) -> Arc<Self> {
        Arc::new(Self {
            client: Client::builder(TokioExecutor::new()).build(connector.clone()),
            connector,
            settings: RwLock::new(settings),
            pace,
            gate,
            counts: Counts::default(),
            registered: RwLock::default(),
            next: AtomicUsize::new(0),
        })
    }

    /// Applies changed settings from the next check on.
    pub(super) fn configure(&self, settings: Settings) {
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// The client for requests to these targets.
    pub(super) fn client(&self) -> &Client<TaskConnector, Incoming> {
        &self.client
    }

    fn settings(&self) -> Settings {
        let settings = self.settings.read();
        settings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Registers a target and checks its health from now on.
    pub(crate) fn register(self: &Arc<Self>, address: SocketAddr) -> Arc<Target> {
        let target = Target::new(address);
        self.registered
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(&target));
        tokio::spawn(check_forever(Arc::downgrade(self), Arc::downgrade(&target)));
        target
    }

    /// Sends no more requests to the target and waits for those in flight, at most for the
    /// deregistration delay.
    pub(crate) async fn deregister(&self, target: &Arc<Target>) {
        target.health.send_replace(Health::Draining);
        let deadline = Instant::now() + self.settings().deregistration_delay;
        while target.is_busy() && Instant::now() < deadline {
            tokio::time::sleep(DRAINING_INTERVAL).await;
        }
        self.remove(target);
    }

    /// Removes a target whose process has ended.
    pub(crate) fn remove(&self, target: &Arc<Target>) {
        target.health.send_replace(Health::Draining);
        let registered = self.registered.write();
        registered
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|known| !Arc::ptr_eq(known, target));
    }

    /// The targets that are registered now.
    pub(super) fn all(&self) -> Vec<Arc<Target>> {
        let registered = self.registered.read();
        registered.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
