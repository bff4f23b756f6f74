//! Rules for the attributes of load balancers and target groups.

use serde_json::Value;

use crate::aws::{ACCOUNT, json};
use crate::resources::subject::{Subject, fail_if, list, repeated, text};
use crate::services::elb::access_logs::{SERVICE, account_of, test_key};
use crate::services::elb::header_attributes::is_header;
use crate::services::s3::ServicePut;

/// What values an attribute takes.
enum Values {
    Any,
    Flag,
    Number(i64, i64),
    /// Off, or a number of targets, or a percentage of them if it has an end.
    Threshold(Option<i64>),
    OneOf(&'static [&'static str]),
}

use Values::{Any, Flag, Number, OneOf, Threshold};

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
    ("load_balancing.cross_zone.enabled", Flag),
    (
        "routing.http.desync_mitigation_mode",
        OneOf(&["defensive", "monitor", "strictest"]),
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
const LISTENER: &[(&str, Values)] = &[
    ("routing.http.response.server.enabled", Flag),
    (
        "routing.http.response.x_content_type_options.header_value",
        OneOf(&["nosniff"]),
    ),
    (
        "routing.http.response.x_frame_options.header_value",
        OneOf(&["DENY", "SAMEORIGIN"]),
    ),
];

pub(super) fn listener_attributes(subject: &Subject<'_>) -> Result<(), String> {
    let attributes = subject.list("ListenerAttributes");
    let is_free = |attribute: &&Value| {
        let key = text(attribute, "Key").unwrap_or("");
        !LISTENER.iter().any(|(known, _)| *known == key) && is_header(key)
    };
    let others = attributes.iter().filter(|one| !is_free(one));
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
            "weighted_random",
            "least_outstanding_requests",
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
        Threshold(None),
    ),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        Threshold(Some(100)),
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        Number(1, i64::MAX),
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        Threshold(Some(100)),
    ),
];

pub(super) fn balancer_attributes(subject: &Subject<'_>) -> Result<(), String> {
    if subject
        .text("Type")
        .is_some_and(|kind| kind != "application")
    {
        return Ok(());
    }
    let attributes = subject.list("LoadBalancerAttributes");
    check("Load balancer", attributes, BALANCER)?;
    let zones = value(attributes, "load_balancing.cross_zone.enabled");
    fail_if(zones == Some("false"), || {
        "The value for 'load_balancing.cross_zone.enabled' must always be 'true' for an Application Load Balancer".into()
    })
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
                "The key '{kind}.s3.bucket' must set in order to enable {}",
                kind.replace('_', " ")
            ));
        };
        let prefix = value(attributes, &format!("{kind}.s3.prefix")).unwrap_or("");
        if has_key(subject, bucket) || !admits(subject, bucket, prefix) {
            return Err(format!(
                "Access Denied for bucket: {bucket}. Please check S3bucket permission"
            ));
        }
    }
    Ok(())
}

/// Whether a key in KMS encrypts the bucket: ELB cannot write there. Report:
/// <https://github.com/aws/aws-cdk/issues/21947>.
fn has_key(subject: &Subject<'_>, bucket: &str) -> bool {
    let bucket = subject.find("AWS::S3::Bucket", bucket);
    let path = "BucketEncryption/ServerSideEncryptionConfiguration";
    let rules = bucket.map_or(&[][..], |bucket| list(&bucket.properties, path));
    rules.iter().any(|rule| {
        let algorithm = text(rule, "ServerSideEncryptionByDefault/SSEAlgorithm");
        algorithm.is_some_and(|algorithm| algorithm.starts_with("aws:kms"))
    })
}

/// Whether the policy of a bucket lets ELB write its test file there.
fn admits(subject: &Subject<'_>, bucket: &str, prefix: &str) -> bool {
    let name = subject.text("Name").unwrap_or(subject.logical_id);
    let new = format!(
        "arn:aws:elasticloadbalancing:{}:{ACCOUNT}:loadbalancer/app/{name}/0000000000000000",
        subject.region
    );
    let put = ServicePut {
        service: SERVICE,
        account: account_of(subject.region),
        source: if subject.id.is_empty() {
            &new
        } else {
            subject.id
        },
        bucket,
        key: &test_key(prefix),
    };
    put.is_allowed(subject.state)
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
    let mut keys = attributes.iter().filter_map(|one| text(one, "Key"));
    if let Some(key) = keys.find(|key| OTHER_PROTOCOLS.contains(key)) {
        let protocol = subject.text("Protocol").unwrap_or("HTTP");
        return Err(format!(
            "A target group with {protocol} protocol does not support the attribute {key}"
        ));
    }
    check("Target group", attributes, GROUP)?;
    together(attributes)?;
    let cookie = value(attributes, "stickiness.app_cookie.cookie_name");
    if let Some(cookie) = cookie.filter(|name| name.starts_with("AWSALB")) {
        return Err(format!(
            "The cookie name '{cookie}' is reserved for the load balancer"
        ));
    }
    let least =
        value(attributes, "slow_start.duration_seconds").and_then(|text| text.parse::<i64>().ok());
    if least.is_some_and(|seconds| (1..30).contains(&seconds)) {
        let seconds = least.unwrap_or_default();
        return Err(format!(
            "'slow_start.duration_seconds' value '{seconds}' must be between '30-900' inclusive"
        ));
    }
    Ok(())
}

/// What target groups of network and gateway load balancers have.
const OTHER_PROTOCOLS: [&str; 6] = [
    "deregistration_delay.connection_termination.enabled",
    "preserve_client_ip.enabled",
    "proxy_protocol_v2.enabled",
    "target_failover.on_deregistration",
    "target_failover.on_unhealthy",
    "target_health_state.unhealthy.connection_termination.enabled",
];

/// Attributes of a target group that depend on each other.
fn together(attributes: &[Value]) -> Result<(), String> {
    let is = |key, wanted| value(attributes, key) == Some(wanted);
    let named = value(attributes, "stickiness.app_cookie.cookie_name").is_some();
    let sticky = is("stickiness.enabled", "true") && is("stickiness.type", "app_cookie");
    fail_if(sticky && !named, || {
        "You must set an application cookie name to enable stickiness of type 'app_cookie'".into()
    })?;
    let algorithm = value(attributes, "load_balancing.algorithm.type").unwrap_or("round_robin");
    let mitigates = is("load_balancing.algorithm.anomaly_mitigation", "on");
    fail_if(mitigates && algorithm != "weighted_random", || {
        let algorithm = algorithm.replace('_', " ");
        format!(
            "You cannot enable both anomaly mitigation and {algorithm} algorithm on a target group"
        )
    })?;
    for unit in ["count", "percentage"] {
        let threshold = |kind: &str| {
            let key = format!("target_group_health.{kind}.minimum_healthy_targets.{unit}");
            value(attributes, &key).and_then(|text| text.parse::<i64>().ok())
        };
        let (failover, routing) = (
            threshold("dns_failover"),
            threshold("unhealthy_state_routing"),
        );
        fail_if(failover.is_some() && routing > failover, || {
            "DNS failover threshold must be greater than or equal to unhealthy state routing threshold".into()
        })?;
    }
    Ok(())
}

fn check(noun: &str, attributes: &[Value], known: &[(&str, Values)]) -> Result<(), String> {
    let keys = attributes
        .iter()
        .filter_map(|attribute| text(attribute, "Key"));
    if let Some(key) = repeated(keys) {
        return Err(if noun == "Target group" {
            format!("Target group attribute keys must be unique: '[{key}]'")
        } else {
            format!("Attribute key '{key}' has been specified more than once")
        });
    }
    for attribute in attributes {
        let key = text(attribute, "Key").unwrap_or("");
        let value = attribute.get("Value").map(json::text).unwrap_or_default();
        let Some((_, values)) = known.iter().find(|(name, _)| *name == key) else {
            return Err(format!("{noun} attribute key '{key}' is not recognized"));
        };
        values.check(noun, key, &value)?;
    }
    Ok(())
}

impl Values {
    /// # Errors
    /// The service's words for a value that it does not take. Each kind of resource has its own.
    fn check(&self, noun: &str, key: &str, value: &str) -> Result<(), String> {
        let number = value.parse::<i64>().ok();
        let fits = match self {
            Any => true,
            Flag => ["true", "false"].contains(&value),
            Number(least, most) => number.is_some_and(|one| (*least..=*most).contains(&one)),
            Threshold(most) => {
                value == "off"
                    || number.is_some_and(|one| one >= 1 && most.is_none_or(|most| one <= most))
            }
            OneOf(known) => known.contains(&value),
        };
        fail_if(!fits, || self.sentence(noun, key, value))
    }

    fn sentence(&self, noun: &str, key: &str, value: &str) -> String {
        match self {
            Any | Flag => {
                format!("The value of '{key}' must be 'true' or 'false', but was '{value}'")
            }
            Number(least, most) if noun == "Load balancer" => {
                // The service itself says characters of a count of seconds.
                let is_less = value.parse().is_ok_and(|one: i64| one < *least);
                let (bound, limit) = if is_less {
                    ("less", least)
                } else {
                    ("greater", most)
                };
                format!("The value of '{key}' cannot be {bound} than {limit} characters")
            }
            Number(least, i64::MAX) => {
                format!("The value of '{key}' must be a positive integer of at least {least}")
            }
            Number(least, most) => {
                format!("'{key}' value '{value}' must be between '{least}-{most}' inclusive")
            }
            Threshold(Some(most)) => {
                format!("'{key}' must be 'off' or an integer from 1 to {most} inclusive")
            }
            Threshold(None) => {
                format!("The value of '{key}' must be 'off' or a positive integer")
            }
            OneOf(known) => one_of_these(noun, key, value, &known.join(", ")),
        }
    }
}

fn one_of_these(noun: &str, key: &str, value: &str, known: &str) -> String {
    match noun {
        "Listener" => {
            format!("The value of '{key}' must be from the following: [{known}], but was '{value}'")
        }
        _ if key == "load_balancing.algorithm.type" => {
            format!("'Load balancer algorithm' must be one of [{known}]")
        }
        _ => format!("'{value}' must be one of [{known}]"),
    }
}
