//! Target groups: targets, their health, and the next one to take.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::sync::watch;

use crate::json;
use crate::pace::Pace;

/// However fast the local AWS, a check needs the time of a real request.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

/// A process that starts takes real time at every pace. Only after it does a target that
/// nothing listens on count as unhealthy.
const STARTUP: Duration = Duration::from_secs(5);

/// The health of a target, in ELB's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Initial,
    Healthy,
    Unhealthy,
    Draining,
}

/// A target group: where requests can go.
pub(crate) struct TargetGroup {
    settings: RwLock<Settings>,
    pace: Pace,
    targets: RwLock<Vec<Arc<Target>>>,
    next: AtomicUsize,
}

#[derive(Debug, Clone, PartialEq)]
struct Settings {
    path: String,
    matcher: String,
    interval: Duration,
    timeout: Duration,
    healthy: u64,
    unhealthy: u64,
    deregistration_delay: Duration,
}

/// A registered target.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    health: watch::Sender<State>,
    in_flight: AtomicUsize,
    reason: Mutex<String>,
}

/// A request on its way through a target; the target drains when the last one is gone.
pub(crate) struct InFlight(Arc<Target>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Target {
    /// Its health now.
    pub(crate) fn health(&self) -> State {
        *self.health.borrow()
    }

    /// Why it is not healthy, as the last check saw it.
    pub(crate) fn reason(&self) -> String {
        self.reason
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Settings {
    /// Reads the properties of an `AWS::ElasticLoadBalancingV2::TargetGroup`; what is not given
    /// has ELB's default.
    fn read(properties: &Value) -> Self {
        let seconds = |name: &str, default: u64| {
            Duration::from_secs(json::number(properties, name).unwrap_or(default).min(300))
        };
        let attributes = properties
            .get("TargetGroupAttributes")
            .and_then(Value::as_array);
        let delay = attributes
            .into_iter()
            .flatten()
            .find(|attribute| {
                json::member(attribute, "Key") == Some("deregistration_delay.timeout_seconds")
            })
            .and_then(|attribute| json::number(attribute, "Value"));
        let matcher = properties
            .get("Matcher")
            .and_then(|matcher| json::member(matcher, "HttpCode"));
        // ELB takes at most an hour for draining.
        let delay = delay.unwrap_or(300).min(3600);
        Self {
            path: json::member(properties, "HealthCheckPath")
                .unwrap_or("/")
                .to_owned(),
            matcher: matcher.unwrap_or("200").to_owned(),
            interval: seconds("HealthCheckIntervalSeconds", 30),
            timeout: seconds("HealthCheckTimeoutSeconds", 5),
            healthy: json::number(properties, "HealthyThresholdCount").unwrap_or(5),
            unhealthy: json::number(properties, "UnhealthyThresholdCount").unwrap_or(2),
            deregistration_delay: Duration::from_secs(delay),
        }
    }
}

/// Whether a matcher (`200`, `200,401`, `200-299`) takes the status.
fn matches(matcher: &str, status: u16) -> bool {
    matcher.split(',').any(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        match (first.trim().parse::<u16>(), last.trim().parse::<u16>()) {
            (Ok(first), Ok(last)) => (first..=last).contains(&status),
            _ => false,
        }
    })
}

impl TargetGroup {
    pub(super) fn new(properties: &Value, pace: Pace) -> Arc<Self> {
        Arc::new(Self {
            settings: RwLock::new(Settings::read(properties)),
            pace,
            targets: RwLock::default(),
            next: AtomicUsize::new(0),
        })
    }

    /// Takes over changed settings; they hold from the next check on.
    pub(super) fn configure(&self, properties: &Value) {
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Settings::read(properties);
    }

    fn settings(&self) -> Settings {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Registers a target and checks its health from now on.
    pub(crate) fn register(self: &Arc<Self>, address: SocketAddr) -> Arc<Target> {
        let target = Arc::new(Target {
            address,
            health: watch::Sender::new(State::Initial),
            in_flight: AtomicUsize::new(0),
            reason: Mutex::new(
                "Elb.RegistrationInProgress: Target registration is in progress".into(),
            ),
        });
        self.targets
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(&target));
        tokio::spawn(check_forever(Arc::downgrade(self), Arc::downgrade(&target)));
        target
    }

    /// Sends no more requests to the target and waits until those in flight are done, at most for
    /// the deregistration delay.
    pub(crate) async fn deregister(&self, target: &Arc<Target>) {
        target.health.send_replace(State::Draining);
        let deadline = Instant::now() + self.settings().deregistration_delay;
        while target.in_flight.load(Ordering::Acquire) > 0 && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.remove(target);
    }

    /// Forgets a target whose process is gone.
    pub(crate) fn remove(&self, target: &Arc<Target>) {
        target.health.send_replace(State::Draining);
        let mut targets = self.targets.write().unwrap_or_else(PoisonError::into_inner);
        targets.retain(|known| !Arc::ptr_eq(known, target));
    }

    /// The targets that are registered now.
    pub(super) fn targets(&self) -> Vec<Arc<Target>> {
        self.targets
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The next healthy target, in turn.
    pub(super) fn pick(&self) -> Option<(SocketAddr, InFlight)> {
        let targets = self.targets.read().unwrap_or_else(PoisonError::into_inner);
        let healthy: Vec<_> = targets
            .iter()
            .filter(|target| target.health() == State::Healthy)
            .collect();
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let target = Arc::clone(healthy.get(turn.checked_rem(healthy.len())?)?);
        target.in_flight.fetch_add(1, Ordering::AcqRel);
        Some((target.address, InFlight(target)))
    }
}

/// Checks one target until it or its group is gone.
async fn check_forever(group: Weak<TargetGroup>, target: Weak<Target>) {
    let client: Client<HttpConnector, Empty<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build_http();
    let registered = Instant::now();
    let (mut passed, mut failed) = (0, 0);
    loop {
        let Some((group, target)) = group.upgrade().zip(target.upgrade()) else {
            return;
        };
        let settings = group.settings();
        let outcome = check(&client, &settings, target.address).await;
        if target.health() == State::Draining {
            return;
        }
        match &outcome {
            Ok(()) => (passed, failed) = (passed + 1, 0),
            Err(Failure::Refused)
                if registered.elapsed() < STARTUP && target.health() == State::Initial => {}
            Err(_) => (passed, failed) = (0, failed + 1),
        }
        if let Err(failure) = outcome {
            *target.reason.lock().unwrap_or_else(PoisonError::into_inner) = failure.sentence();
        }
        target.health.send_if_modified(|state| {
            let next = match *state {
                // One passed check is enough for a target that is new.
                State::Initial if passed > 0 => State::Healthy,
                State::Unhealthy if passed >= settings.healthy => State::Healthy,
                State::Initial | State::Healthy if failed >= settings.unhealthy => State::Unhealthy,
                same => same,
            };
            std::mem::replace(state, next) != next
        });
        let pause = group.pace.shrink(settings.interval).max(SHORTEST_INTERVAL);
        // A new target is looked at more often, so that a fast start is seen as one.
        let pause = if target.health() == State::Initial {
            pause.min(SHORTEST_INTERVAL / 4)
        } else {
            pause
        };
        drop((group, target));
        tokio::time::sleep(pause).await;
    }
}

enum Failure {
    Refused,
    TimedOut,
    Status(u16),
}

impl Failure {
    fn sentence(&self) -> String {
        match self {
            Self::Refused => {
                "Target.FailedHealthChecks: Health checks failed: nothing answers on the port"
                    .into()
            }
            Self::TimedOut => "Target.Timeout: Request timed out".into(),
            Self::Status(status) => format!(
                "Target.ResponseCodeMismatch: Health checks failed with these codes: [{status}]"
            ),
        }
    }
}

async fn check(
    client: &Client<HttpConnector, Empty<Bytes>>,
    settings: &Settings,
    address: SocketAddr,
) -> Result<(), Failure> {
    let uri = format!("http://{address}{}", settings.path)
        .parse()
        .map_err(|_| Failure::Refused)?;
    match tokio::time::timeout(settings.timeout, client.get(uri)).await {
        Err(_) => Err(Failure::TimedOut),
        Ok(Err(_)) => Err(Failure::Refused),
        Ok(Ok(response)) => {
            let status = response.status().as_u16();
            if matches(&settings.matcher, status) {
                Ok(())
            } else {
                Err(Failure::Status(status))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matcher_takes_lists_and_ranges() {
        for (matcher, status, expected) in [
            ("200", 200, true),
            ("200", 201, false),
            ("200,401", 401, true),
            ("200-299", 204, true),
            ("200-299,401", 400, false),
            ("words", 200, false),
        ] {
            assert_eq!(matches(matcher, status), expected, "{matcher} {status}");
        }
    }
}
