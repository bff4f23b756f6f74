//! The settings of a target group.

use std::net::SocketAddr;
use std::time::Duration;

use crate::services::elb::attributes::TARGET_GROUP;
use crate::services::elb::target_group::TargetGroupProperties;

/// The longest interval and timeout of health checks.
const LONGEST_CHECK: Duration = Duration::from_mins(5);

#[derive(Debug, Clone, PartialEq)]
pub(in crate::services::elb) struct Settings {
    pub(super) path: String,
    /// The statuses of a healthy target: `200`, `200,401`, `200-299`.
    pub(super) matcher: String,
    /// The port of the health checks, if it is not the one of the traffic.
    pub(super) port: Option<u16>,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
    pub(super) healthy: u64,
    pub(super) unhealthy: u64,
    pub(super) deregistration_delay: Duration,
    pub(super) slow_start: Duration,
    pub(super) algorithm: Algorithm,
    pub(super) stickiness: Option<Stickiness>,
}

/// How the next target is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    RoundRobin,
    LeastOutstandingRequests,
    WeightedRandom,
}

/// Which cookie keeps a client with a target, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::elb) enum Stickiness {
    LoadBalancer(Duration),
    Application { name: String, duration: Duration },
}

impl Settings {
    /// Reads the properties. A missing property has ELB's default.
    pub(in crate::services::elb) fn of(properties: &TargetGroupProperties) -> Self {
        let given = &properties.described;
        let seconds = |given: Option<u64>, default: u64| {
            Duration::from_secs(given.unwrap_or(default)).min(LONGEST_CHECK)
        };
        let matcher = given.matcher.as_ref();
        let port = given.health_check_port.as_deref();
        Self {
            path: given
                .health_check_path
                .clone()
                .unwrap_or_else(|| "/".into()),
            matcher: matcher
                .and_then(|matcher| matcher.http_code.clone())
                .unwrap_or_else(|| "200".into()),
            port: port.and_then(|port| port.parse().ok()),
            interval: seconds(given.health_check_interval_seconds, 30),
            timeout: seconds(given.health_check_timeout_seconds, 5),
            healthy: given.healthy_threshold_count.unwrap_or(5),
            unhealthy: given.unhealthy_threshold_count.unwrap_or(2),
            deregistration_delay: duration(properties, "deregistration_delay.timeout_seconds"),
            slow_start: duration(properties, "slow_start.duration_seconds"),
            algorithm: algorithm(properties),
            stickiness: stickiness(properties),
        }
    }

    /// Where the health checks of a target go.
    pub(super) fn check_address(&self, target: SocketAddr) -> SocketAddr {
        let port = self.port.unwrap_or(target.port());
        SocketAddr::from((target.ip(), port))
    }
}

fn text<'a>(properties: &'a TargetGroupProperties, key: &str) -> &'a str {
    TARGET_GROUP.value(&properties.target_group_attributes, key)
}

fn duration(properties: &TargetGroupProperties, key: &str) -> Duration {
    Duration::from_secs(text(properties, key).parse().unwrap_or(0))
}

fn algorithm(properties: &TargetGroupProperties) -> Algorithm {
    match text(properties, "load_balancing.algorithm.type") {
        "least_outstanding_requests" => Algorithm::LeastOutstandingRequests,
        "weighted_random" => Algorithm::WeightedRandom,
        _ => Algorithm::RoundRobin,
    }
}

fn stickiness(properties: &TargetGroupProperties) -> Option<Stickiness> {
    if text(properties, "stickiness.enabled") != "true" {
        return None;
    }
    Some(match text(properties, "stickiness.type") {
        "app_cookie" => Stickiness::Application {
            name: text(properties, "stickiness.app_cookie.cookie_name").to_owned(),
            duration: duration(properties, "stickiness.app_cookie.duration_seconds"),
        },
        _ => Stickiness::LoadBalancer(duration(
            properties,
            "stickiness.lb_cookie.duration_seconds",
        )),
    })
}
