//! The health checks of a target.

use std::net::SocketAddr;
use std::sync::Weak;
use std::time::{Duration, Instant};

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::Targets;
use super::settings::Settings;
use super::target::{Health, Target};
use crate::containers::TaskConnector;

/// The shortest interval at any pace: a check sends a real request, which takes real time.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

/// A new target may refuse connections for this long before it counts as unhealthy. A process takes
/// real time to start at every pace.
const STARTUP: Duration = Duration::from_secs(5);

type HttpClient = Client<TaskConnector, Empty<Bytes>>;

/// Checks a target until it or its group is removed.
pub(super) async fn check_forever(group: Weak<Targets>, target: Weak<Target>) {
    let Some(connector) = group.upgrade().map(|group| group.connector.clone()) else {
        return;
    };
    let client: HttpClient = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build(connector);
    let registered = Instant::now();
    let (mut passed, mut failed) = (0, 0);
    loop {
        let Some((group, target)) = group.upgrade().zip(target.upgrade()) else {
            return;
        };
        let settings = group.settings();
        let address = settings.check_address(target.address);
        let blocked = group.gate.blocked(address);
        let outcome = if blocked.is_none() {
            check(&client, &settings, address).await
        } else {
            group.pace.wait(settings.timeout).await;
            Err(Failure::TimedOut)
        };
        target.set_blocked(blocked);
        if target.health() == Health::Draining {
            return;
        }
        match &outcome {
            Ok(()) => (passed, failed) = (passed + 1, 0),
            Err(Failure::Refused)
                if registered.elapsed() < STARTUP && target.health() == Health::Initial => {}
            Err(_) => (passed, failed) = (0, failed + 1),
        }
        if let Err(failure) = outcome {
            target.set_reason(failure.sentence());
        }
        let changed = target.health.send_if_modified(|state| {
            let next = match *state {
                // One passed check is enough for a target that is new.
                Health::Initial if passed > 0 => Health::Healthy,
                Health::Unhealthy if passed >= settings.healthy => Health::Healthy,
                Health::Initial | Health::Healthy if failed >= settings.unhealthy => {
                    Health::Unhealthy
                }
                same => same,
            };
            std::mem::replace(state, next) != next
        });
        if changed && target.health() == Health::Healthy {
            target.note_healthy();
        }
        let pause = group.pace.shrink(settings.interval).max(SHORTEST_INTERVAL);
        // A new target is checked more often, so that a fast start does not wait for a whole
        // interval.
        let pause = if target.health() == Health::Initial {
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
    client: &HttpClient,
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

/// Whether a matcher (`200`, `200,401`, `200-299`) accepts the status.
fn matches(matcher: &str, status: u16) -> bool {
    matcher.split(',').any(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        match (first.trim().parse::<u16>(), last.trim().parse::<u16>()) {
            (Ok(first), Ok(last)) => (first..=last).contains(&status),
            _ => false,
        }
    })
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
