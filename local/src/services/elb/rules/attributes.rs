//! Rules for the attributes of load balancers and target groups.

use serde_json::Value;

use crate::aws::json;
use crate::resources::subject::{Subject, repeated, text};
use crate::services::elb::header_attributes::is_header;

/// What values an attribute takes.
enum Values {
    Any,
    Flag,
    Number(i64, i64),
    OneOf(&'static [&'static str]),
}

use Values::{Any, Flag, Number, OneOf};

/// The attributes of application load balancers.
const BALANCER: &[(&str, Values)] = &[
    ("access_logs.s3.bucket", Any),
    ("access_logs.s3.enabled", Flag),
    ("access_logs.s3.prefix", Any),
    ("client_keep_alive.seconds", Number(60, 604_800)),
    ("connection_logs.s3.bucket", Any),
    ("connection_logs.s3.enabled", Flag),
    ("connection_logs.s3.prefix", Any),
    ("deletion_protection.enabled", Flag),
    ("health_check_logs.s3.bucket", Any),
    ("health_check_logs.s3.enabled", Flag),
    ("health_check_logs.s3.prefix", Any),
    ("idle_timeout.timeout_seconds", Number(1, 4000)),
    ("ipv6.deny_all_igw_traffic", Flag),
    ("load_balancing.cross_zone.enabled", OneOf(&["true"])),
    (
        "routing.http.desync_mitigation_mode",
        OneOf(&["monitor", "defensive", "strictest"]),
    ),
    ("routing.http.drop_invalid_header_fields.enabled", Flag),
    ("routing.http.preserve_host_header.enabled", Flag),
    (
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        Flag,
    ),
    ("routing.http.xff_client_port.enabled", Flag),
    (
        "routing.http.xff_header_processing.mode",
        OneOf(&["append", "preserve", "remove"]),
    ),
    ("routing.http2.enabled", Flag),
    ("waf.fail_open.enabled", Flag),
    ("zonal_shift.config.enabled", Flag),
];

/// The attributes of listeners with a flag or a known value; the others are headers.
const LISTENER: &[(&str, Values)] = &[("routing.http.response.server.enabled", Flag)];

pub(super) fn listener_attributes(subject: &Subject<'_>) -> Result<(), String> {
    let attributes = subject.list("ListenerAttributes");
    let others = attributes
        .iter()
        .filter(|one| !is_header(text(one, "Key").unwrap_or("")));
    check("Listener", &others.cloned().collect::<Vec<_>>(), LISTENER)
}

/// The attributes of target groups of application load balancers.
const GROUP: &[(&str, Values)] = &[
    ("deregistration_delay.timeout_seconds", Number(0, 3600)),
    ("lambda.multi_value_headers.enabled", Flag),
    (
        "load_balancing.algorithm.anomaly_mitigation",
        OneOf(&["on", "off"]),
    ),
    (
        "load_balancing.algorithm.type",
        OneOf(&[
            "round_robin",
            "least_outstanding_requests",
            "weighted_random",
        ]),
    ),
    (
        "load_balancing.cross_zone.enabled",
        OneOf(&["true", "false", "use_load_balancer_configuration"]),
    ),
    ("slow_start.duration_seconds", Number(0, 900)),
    ("stickiness.app_cookie.cookie_name", Any),
    ("stickiness.app_cookie.duration_seconds", Number(1, 604_800)),
    ("stickiness.enabled", Flag),
    ("stickiness.lb_cookie.duration_seconds", Number(1, 604_800)),
    (
        "stickiness.type",
        OneOf(&[
            "lb_cookie",
            "app_cookie",
            "source_ip",
            "source_ip_dest_ip",
            "source_ip_dest_ip_proto",
        ]),
    ),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        Any,
    ),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        Any,
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        Any,
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        Any,
    ),
];

pub(super) fn balancer_attributes(subject: &Subject<'_>) -> Result<(), String> {
    if subject
        .text("Type")
        .is_some_and(|kind| kind != "application")
    {
        return Ok(());
    }
    check(
        "Load balancer",
        subject.list("LoadBalancerAttributes"),
        BALANCER,
    )
}

/// The buckets of the logs exist, and admit the service
/// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>).
pub(super) fn balancer_logs(subject: &Subject<'_>) -> Result<(), String> {
    let attributes = subject.list("LoadBalancerAttributes");
    for kind in ["access_logs", "connection_logs", "health_check_logs"] {
        if value(attributes, &format!("{kind}.s3.enabled")) != Some("true") {
            continue;
        }
        let Some(bucket) = value(attributes, &format!("{kind}.s3.bucket")) else {
            return Err(format!(
                "An S3 bucket must be specified if '{kind}.s3.enabled' is true"
            ));
        };
        let mut policies = subject.state.inventory.of_type("AWS::S3::BucketPolicy");
        let admits = policies.any(|(_, policy)| {
            text(&policy.properties, "Bucket") == Some(bucket)
                && admits_service(policy.properties.get("PolicyDocument"))
        });
        if subject.find("AWS::S3::Bucket", bucket).is_none() || !admits {
            return Err(format!(
                "Access Denied for bucket: {bucket}. Please check S3bucket permission"
            ));
        }
    }
    Ok(())
}

/// Whether a bucket policy names the service, or the account of older regions.
fn admits_service(policy: Option<&Value>) -> bool {
    let policy = policy.map(Value::to_string).unwrap_or_default();
    policy.contains("elasticloadbalancing.amazonaws.com") || policy.contains("054676820928")
}

fn value<'a>(attributes: &'a [Value], key: &str) -> Option<&'a str> {
    let found = attributes
        .iter()
        .find(|attribute| text(attribute, "Key") == Some(key));
    found.and_then(|attribute| text(attribute, "Value"))
}

pub(super) fn group_attributes(subject: &Subject<'_>) -> Result<(), String> {
    let is_http = |protocol: &str| protocol.starts_with("HTTP");
    if !subject.text("Protocol").is_none_or(is_http) {
        return Ok(());
    }
    let attributes = subject.list("TargetGroupAttributes");
    check("Target group", attributes, GROUP)?;
    let cookie = value(attributes, "stickiness.app_cookie.cookie_name");
    if let Some(cookie) = cookie.filter(|name| name.starts_with("AWSALB")) {
        return Err(format!(
            "The cookie name '{cookie}' is reserved for the load balancer"
        ));
    }
    let least =
        value(attributes, "slow_start.duration_seconds").and_then(|text| text.parse::<i64>().ok());
    if least.is_some_and(|seconds| (1..30).contains(&seconds)) {
        return Err("'slow_start.duration_seconds' must be 0 to disable slow start, or between 30 and 900 inclusive".into());
    }
    Ok(())
}

fn check(noun: &str, attributes: &[Value], known: &[(&str, Values)]) -> Result<(), String> {
    let keys = attributes
        .iter()
        .filter_map(|attribute| text(attribute, "Key"));
    if let Some(key) = repeated(keys) {
        return Err(format!(
            "{noun} attribute key '{key}' is specified more than once"
        ));
    }
    for attribute in attributes {
        let key = text(attribute, "Key").unwrap_or("");
        let value = attribute.get("Value").map(json::text).unwrap_or_default();
        let Some((_, values)) = known.iter().find(|(name, _)| *name == key) else {
            return Err(format!("{noun} attribute key '{key}' is not recognized"));
        };
        if let Some(wanted) = values.refuse(&value) {
            return Err(format!(
                "{noun} attribute '{key}' has the invalid value '{value}'; it must be {wanted}"
            ));
        }
    }
    Ok(())
}

impl Values {
    /// What the value must be, if it is not.
    fn refuse(&self, value: &str) -> Option<String> {
        let (fits, wanted) = match self {
            Any => return None,
            Flag => (
                ["true", "false"].contains(&value),
                "true or false".to_owned(),
            ),
            Number(least, most) => (
                value
                    .parse()
                    .is_ok_and(|number| (*least..=*most).contains(&number)),
                format!("between {least} and {most} inclusive"),
            ),
            OneOf(known) => (
                known.contains(&value),
                format!("one of [{}]", known.join(", ")),
            ),
        };
        (!fits).then_some(wanted)
    }
}
