//! The settings of a target group.

use std::time::Duration;

use crate::services::elb::target_group::TargetGroupProperties;

/// The longest interval and timeout of health checks.
const LONGEST_CHECK: Duration = Duration::from_mins(5);

/// The longest time for draining.
const LONGEST_DELAY: Duration = Duration::from_hours(1);

#[derive(Debug, Clone, PartialEq)]
pub(in crate::services::elb) struct Settings {
    pub(super) path: String,
    /// The statuses of a healthy target: `200`, `200,401`, `200-299`.
    pub(super) matcher: String,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    pub(super) healthy: u64,
    pub(super) unhealthy: u64,
    pub(super) deregistration_delay: Duration,
}

impl Settings {
    /// Reads the properties. A missing property has ELB's default.
    pub(in crate::services::elb) fn of(properties: &TargetGroupProperties) -> Self {
        let given = &properties.described;
        let seconds = |given: Option<u64>, default: u64| {
            Duration::from_secs(given.unwrap_or(default)).min(LONGEST_CHECK)
        };
        let matcher = given.matcher.as_ref();
        let delay = properties.attribute("deregistration_delay.timeout_seconds");
        let delay = delay.and_then(|delay| delay.parse().ok()).unwrap_or(300);
        Self {
            path: given
                .health_check_path
                .clone()
                .unwrap_or_else(|| "/".into()),
            matcher: matcher
                .and_then(|matcher| matcher.http_code.clone())
                .unwrap_or_else(|| "200".into()),
            interval: seconds(given.health_check_interval_seconds, 30),
            timeout: seconds(given.health_check_timeout_seconds, 5),
            healthy: given.healthy_threshold_count.unwrap_or(5),
            unhealthy: given.unhealthy_threshold_count.unwrap_or(2),
            deregistration_delay: Duration::from_secs(delay).min(LONGEST_DELAY),
        }
    }
}
