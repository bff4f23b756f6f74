//! Rules for the metric that a policy tracks.

use serde_json::Value;

use crate::resources::subject::{Subject, at, fail_if, list, text};
use crate::services::autoscaling::target::Key;

const TRACKING: &str = "TargetTrackingScalingPolicyConfiguration";

const ALB: &str = "ALBRequestCountPerTarget";

const OF_SERVICES: [&str; 5] = [
    ALB,
    "ECSServiceAverageCPUUtilization",
    "ECSServiceAverageCPUUtilizationHighResolution",
    "ECSServiceAverageMemoryUtilization",
    "ECSServiceAverageMemoryUtilizationHighResolution",
];

fn has(subject: &Subject<'_>, name: &str) -> bool {
    subject.has(&format!("{TRACKING}/{name}"))
}

fn dimension(subject: &Subject<'_>) -> String {
    Key::of_policy(subject.properties).map_or_else(String::new, |key| key.scalable_dimension)
}

/// The predefined metric of a policy.
fn predefined(properties: &Value) -> Option<&str> {
    text(
        properties,
        &format!("{TRACKING}/PredefinedMetricSpecification/PredefinedMetricType"),
    )
}

pub(super) fn metric(subject: &Subject<'_>) -> Result<(), String> {
    if !subject.has(TRACKING) {
        return Ok(());
    }
    let (own, custom) = (
        "PredefinedMetricSpecification",
        "CustomizedMetricSpecification",
    );
    match (has(subject, own), has(subject, custom)) {
        (false, false) => {
            return Err(format!(
                "{own} or {custom} must be set for target tracking scaling."
            ));
        }
        (true, true) => {
            return Err(format!(
                "Only one of {own} or {custom} can be set for target tracking scaling."
            ));
        }
        _ => {}
    }
    let dimension = dimension(subject);
    if has(subject, custom) {
        return customized(subject, &dimension);
    }
    let name = predefined(subject.properties).unwrap_or("");
    let known: &[&str] = match dimension.as_str() {
        "ecs:service:DesiredCount" => &OF_SERVICES,
        one if one.ends_with(":ReadCapacityUnits") => &["DynamoDBReadCapacityUtilization"],
        one if one.ends_with(":WriteCapacityUnits") => &["DynamoDBWriteCapacityUtilization"],
        _ => return Ok(()),
    };
    if !known.contains(&name) {
        return Err(format!(
            "Scalable dimension {dimension} only supports the following predefined metric types: {}",
            known.join(", ")
        ));
    }
    // Services of the local AWS have no monitoring configuration.
    fail_if(name.ends_with("HighResolution"), || {
        "High-resolution metrics are not fully enabled on the ECS service.".into()
    })
}

fn customized(subject: &Subject<'_>, dimension: &str) -> Result<(), String> {
    if dimension.starts_with("dynamodb:") {
        return Err(format!(
            "Scalable dimension {dimension} does not support CustomizedMetricSpecification."
        ));
    }
    let has = |name: &str| has(subject, &format!("CustomizedMetricSpecification/{name}"));
    let single = ["MetricName", "Namespace", "Statistic"];
    let is_single = single.iter().all(|name| has(name)) && !has("Metrics");
    let is_math = has("Metrics") && !single.iter().any(|name| has(name));
    fail_if(is_single == is_math, || {
        "The customized metric specification is not valid.".into()
    })
}

pub(super) fn label(subject: &Subject<'_>) -> Result<(), String> {
    let Some(metric) = predefined(subject.properties) else {
        return Ok(());
    };
    let path = format!("{TRACKING}/PredefinedMetricSpecification/ResourceLabel");
    let Some(label) = subject.text(&path) else {
        return fail_if(metric == ALB, || {
            format!("Resource label should be specified for predefined metric type {ALB}")
        });
    };
    if metric != ALB {
        return Err(format!(
            "Resource label should not be specified for predefined metric type {metric}"
        ));
    }
    let parts: Vec<&str> = label.split('/').collect();
    let has_form = matches!(parts.as_slice(), ["app", _, _, "targetgroup", _, _])
        && parts.iter().all(|part| !part.is_empty());
    if !has_form || !has_balancer(subject, &parts[..3].join("/")) {
        return Err(format!(
            "Invalid resource label '{label}' for predefined metric type {ALB}"
        ));
    }
    let group = parts[3..].join("/");
    let id = Key::of_policy(subject.properties).map_or_else(String::new, |key| key.resource_id);
    fail_if(!is_attached(subject, &id, &group), || {
        format!("Target group {group} is not attached to resource {id}")
    })
}

fn has_balancer(subject: &Subject<'_>, name: &str) -> bool {
    let kind = "AWS::ElasticLoadBalancingV2::LoadBalancer";
    let mut all = subject.state.inventory.of_type(kind);
    all.any(|(_, item)| item.attribute("LoadBalancerFullName") == name)
}

/// Whether the ECS service is in the target group.
fn is_attached(subject: &Subject<'_>, resource_id: &str, group: &str) -> bool {
    let mut services = subject.state.inventory.of_type("AWS::ECS::Service");
    let service = services.find(|(arn, _)| arn.ends_with(&format!(":{resource_id}")));
    service.is_some_and(|(_, item)| {
        let mut groups = list(&item.properties, "LoadBalancers").iter();
        groups.any(|one| {
            text(one, "TargetGroupArn").is_some_and(|arn| arn.ends_with(&format!(":{group}")))
        })
    })
}

pub(super) fn value(subject: &Subject<'_>) -> Result<(), String> {
    let value = at(subject.properties, &format!("{TRACKING}/TargetValue")).and_then(Value::as_f64);
    let of_table = predefined(subject.properties).is_some_and(|name| name.starts_with("DynamoDB"));
    if of_table && value.is_some_and(|value| !(10.0..=90.0).contains(&value)) {
        return Err("target value must be between '10.0' and '90.0'".into());
    }
    if value.is_some_and(|value| value <= 0.0) {
        return Err("TargetValue must be greater than 0".into());
    }
    let cooldowns = ["ScaleInCooldown", "ScaleOutCooldown"].into_iter();
    let mut cooldowns = cooldowns.filter_map(|name| subject.number(&format!("{TRACKING}/{name}")));
    fail_if(cooldowns.any(|seconds| seconds < 0), || {
        "Cooldown cannot be negative".into()
    })
}

pub(super) fn once(subject: &Subject<'_>) -> Result<(), String> {
    let tracked = |properties: &Value| {
        let metric = [
            "PredefinedMetricSpecification",
            "CustomizedMetricSpecification",
        ];
        let metric = metric.map(|name| at(properties, &format!("{TRACKING}/{name}")).cloned());
        (Key::of_policy(properties), metric)
    };
    let own = tracked(subject.properties);
    let is_tracking = own.1.iter().any(Option::is_some);
    let mut others = subject.others();
    let taken = is_tracking && others.any(|(_, other)| tracked(&other.properties) == own);
    fail_if(taken, || {
        "Only one TargetTrackingScaling policy for a given metric specification is allowed.".into()
    })
}
