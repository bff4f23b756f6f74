//! Starting a container again that has ended (`RestartPolicy`).

use std::time::{Duration, Instant};

use crate::account::Account;
use crate::services::ecs::task_definition::{Number, RestartPolicy};

/// How long a container must run by default before it is started again, in seconds
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html>).
const PERIOD: u64 = 300;

/// The shortest such time at any pace: a program that ends at once must not be started for ever.
const SHORTEST_PERIOD: Duration = Duration::from_secs(1);

/// Decides whether a container is started again.
pub(super) struct Restarts<'a> {
    policy: &'a RestartPolicy,
    period: Duration,
    since: Instant,
}

impl<'a> Restarts<'a> {
    pub(super) fn new(account: &Account, policy: &'a RestartPolicy) -> Self {
        let period = policy
            .restart_attempt_period
            .map_or(PERIOD, |Number(seconds)| seconds);
        let period = account.pace.shrink(Duration::from_secs(period));
        Self {
            policy,
            period: period.max(SHORTEST_PERIOD),
            since: Instant::now(),
        }
    }

    /// The container has started, for the first time or again.
    pub(super) fn started(&mut self) {
        self.since = Instant::now();
    }

    /// Whether the container, which has ended with this code, is to be started again.
    pub(super) fn allow(&self, code: i32) -> bool {
        self.allow_after(code, self.since.elapsed())
    }

    fn allow_after(&self, code: i32, ran: Duration) -> bool {
        let ignored = &self.policy.ignored_exit_codes;
        self.policy.enabled && !ignored.contains(&code.into()) && ran >= self.period
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_started_again_if_it_has_run_long_enough() {
        let policy = |enabled| RestartPolicy {
            enabled,
            ignored_exit_codes: vec![0, 137],
            restart_attempt_period: None,
        };
        for (enabled, code, ran, expected) in [
            (true, 1, 300, true),
            (true, 1, 299, false),
            (true, 0, 300, false),
            (true, 137, 300, false),
            (false, 1, 300, false),
        ] {
            let restarts = Restarts {
                policy: &policy(enabled),
                period: Duration::from_secs(PERIOD),
                since: Instant::now(),
            };
            let found = restarts.allow_after(code, Duration::from_secs(ran));
            assert_eq!(found, expected, "{enabled} {code} {ran}");
        }
    }
}
