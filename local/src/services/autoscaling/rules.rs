//! Application Auto Scaling's rules.

use serde_json::Value;

use crate::resources::subject::{Subject, at, fail_if, one_of, text};
use crate::resources::{no_opening, rules};

const TRACKING: &str = "TargetTrackingScalingPolicyConfiguration";

rules! { "ApplicationAutoScaling", no_opening;
    target_kind, "ApplicationAutoScaling::ScalableTarget", ValidationException, "Service namespace, resource id and dimension go together", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html";
    target_bounds, "ApplicationAutoScaling::ScalableTarget", ValidationException, "The least capacity is 0 or more, and not greater than the most", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html";
    target_exists, "ApplicationAutoScaling::ScalableTarget", ValidationException, "The ECS service exists", "https://github.com/hashicorp/terraform-provider-aws/issues/10432";
    policy_target, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The policy names its scalable target", "https://github.com/aws/aws-cdk/issues/1837";
    policy_target_exists, "ApplicationAutoScaling::ScalingPolicy", ObjectNotFoundException, "The scalable target exists", "https://github.com/cloudposse/terraform-aws-ecs-cloudwatch-autoscaling/pull/36";
    policy_type, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The policy has the configuration of its type", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html";
    policy_metric, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The policy tracks one metric, which its service has", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html";
    policy_label, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "ALBRequestCountPerTarget has a resource label, other metrics have none", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html";
    policy_value, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "The target value is positive, and cooldowns are not negative", "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html";
    policy_once, "ApplicationAutoScaling::ScalingPolicy", ValidationException, "One policy tracks a metric", "https://github.com/hashicorp/terraform-provider-aws/issues/5747";
}

fn target_kind(subject: &Subject<'_>) -> Result<(), String> {
    let namespace = subject.text("ServiceNamespace");
    let known = [
        "ecs",
        "elasticmapreduce",
        "ec2",
        "appstream",
        "dynamodb",
        "rds",
        "sagemaker",
        "custom-resource",
        "comprehend",
        "lambda",
        "cassandra",
        "kafka",
        "elasticache",
        "neptune",
        "workspaces",
    ];
    one_of("serviceNamespace", namespace, &known)?;
    let id = subject.text("ResourceId").unwrap_or("");
    let dimension = subject.text("ScalableDimension").unwrap_or("");
    let of_ecs = dimension == "ecs:service:DesiredCount"
        && id.starts_with("service/")
        && id.split('/').count() == 3;
    let of_table = dimension.starts_with("dynamodb:") && id.starts_with("table/");
    let fits = match namespace {
        Some("ecs") => of_ecs,
        Some("dynamodb") => of_table,
        _ => true,
    };
    fail_if(!fits, || {
        "Unsupported service namespace, resource type or scalable dimension".into()
    })
}

fn target_bounds(subject: &Subject<'_>) -> Result<(), String> {
    let least = subject.number("MinCapacity").unwrap_or(0);
    let most = subject.number("MaxCapacity").unwrap_or(0);
    if least < 0 {
        return Err("Minimum capacity cannot be less than 0".into());
    }
    fail_if(least > most, || {
        "Maximum capacity cannot be less than minimum capacity".into()
    })
}

fn target_exists(subject: &Subject<'_>) -> Result<(), String> {
    let id = subject.text("ResourceId").unwrap_or("");
    if subject.text("ServiceNamespace") != Some("ecs") {
        return Ok(());
    }
    let mut services = subject.state.inventory.of_type("AWS::ECS::Service");
    let exists = services.any(|(arn, _)| {
        arn.split_once(":service/")
            .is_some_and(|(_, name)| id.strip_prefix("service/") == Some(name))
    });
    fail_if(!exists, || format!("ECS service doesn't exist: {id}"))
}

/// Resource id, dimension and namespace of the policy's target.
fn target(properties: &Value) -> Option<[&str; 3]> {
    if let Some(id) = text(properties, "ScalingTargetId") {
        let mut parts = id.split('|');
        return Some([parts.next()?, parts.next()?, parts.next()?]);
    }
    Some([
        text(properties, "ResourceId")?,
        text(properties, "ScalableDimension")?,
        text(properties, "ServiceNamespace")?,
    ])
}

fn policy_target(subject: &Subject<'_>) -> Result<(), String> {
    let named = ["ResourceId", "ScalableDimension", "ServiceNamespace"];
    let all = named.iter().all(|name| subject.has(name));
    fail_if(!subject.has("ScalingTargetId") && !all, || {
        "Either ScalingTargetId or all three of [ResourceId, ScalableDimension, ServiceNamespace] must be specified".into()
    })
}

fn policy_target_exists(subject: &Subject<'_>) -> Result<(), String> {
    let given = target(subject.properties);
    let [id, dimension, namespace] =
        given.unwrap_or([subject.text("ScalingTargetId").unwrap_or(""), "", ""]);
    let known = subject.find(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        &format!("{id}|{dimension}|{namespace}"),
    );
    fail_if(known.is_none(), || {
        format!(
            "No scalable target registered for service namespace: {namespace}, resource ID: {id}, scalable dimension: {dimension}"
        )
    })
}

fn policy_type(subject: &Subject<'_>) -> Result<(), String> {
    let kind = subject.text("PolicyType");
    one_of(
        "policyType",
        kind,
        &["StepScaling", "TargetTrackingScaling", "PredictiveScaling"],
    )?;
    let wanted = match kind.unwrap_or("StepScaling") {
        "TargetTrackingScaling" => TRACKING,
        "PredictiveScaling" => "PredictiveScalingPolicyConfiguration",
        _ => "StepScalingPolicyConfiguration",
    };
    fail_if(!subject.has(wanted), || {
        format!(
            "{wanted} must be specified for policy type {}",
            kind.unwrap_or("StepScaling")
        )
    })
}

fn metric(properties: &Value) -> Option<&str> {
    text(
        properties,
        &format!("{TRACKING}/PredefinedMetricSpecification/PredefinedMetricType"),
    )
}

fn policy_metric(subject: &Subject<'_>) -> Result<(), String> {
    if !subject.has(TRACKING) {
        return Ok(());
    }
    let specified = [
        "PredefinedMetricSpecification",
        "CustomizedMetricSpecification",
    ];
    let specified = specified
        .into_iter()
        .filter(|name| subject.has(&format!("{TRACKING}/{name}")));
    if specified.count() != 1 {
        return Err("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified".into());
    }
    let known = [
        "ECSServiceAverageCPUUtilization",
        "ECSServiceAverageMemoryUtilization",
        "ALBRequestCountPerTarget",
    ];
    let namespace = target(subject.properties).map_or("", |[_, _, namespace]| namespace);
    let unknown =
        metric(subject.properties).filter(|metric| namespace == "ecs" && !known.contains(metric));
    unknown.map_or(Ok(()), |metric| {
        Err(format!(
            "Unsupported predefined metric type {metric} for service namespace ecs"
        ))
    })
}

fn policy_label(subject: &Subject<'_>) -> Result<(), String> {
    let label = subject.text(&format!(
        "{TRACKING}/PredefinedMetricSpecification/ResourceLabel"
    ));
    let counts = metric(subject.properties) == Some("ALBRequestCountPerTarget");
    let Some(label) = label else {
        return fail_if(counts, || {
            "ResourceLabel must be specified for ALBRequestCountPerTarget".into()
        });
    };
    if !counts && metric(subject.properties).is_some() {
        return Err("ResourceLabel can only be specified for ALBRequestCountPerTarget".into());
    }
    let parts: Vec<&str> = label.split('/').collect();
    let fits = matches!(parts.as_slice(), ["app", _, _, "targetgroup", _, _]);
    let exists = || {
        let (balancer, group) = (parts[..3].join("/"), parts[3..].join("/"));
        let known = |kind: &str, attribute: &str, name: &str| {
            let mut all = subject.state.inventory.of_type(kind);
            all.any(|(_, item)| item.attribute(attribute) == name)
        };
        known(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "LoadBalancerFullName",
            &balancer,
        ) && known(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            "TargetGroupFullName",
            &group,
        )
    };
    fail_if(!fits || !exists(), || {
        format!("Invalid resource label: {label}")
    })
}

fn policy_value(subject: &Subject<'_>) -> Result<(), String> {
    let value = at(subject.properties, &format!("{TRACKING}/TargetValue")).and_then(Value::as_f64);
    if value.is_some_and(|value| value <= 0.0) {
        return Err("TargetValue must be greater than 0".into());
    }
    let cooldowns = ["ScaleInCooldown", "ScaleOutCooldown"].into_iter();
    let mut cooldowns = cooldowns.filter_map(|name| subject.number(&format!("{TRACKING}/{name}")));
    fail_if(cooldowns.any(|seconds| seconds < 0), || {
        "Cooldown cannot be negative".into()
    })
}

fn policy_once(subject: &Subject<'_>) -> Result<(), String> {
    let own = (target(subject.properties), metric(subject.properties));
    let mut others = subject.others();
    let taken = own.1.is_some()
        && others.any(|(_, other)| (target(&other.properties), metric(&other.properties)) == own);
    fail_if(taken, || {
        "Only one TargetTrackingScaling policy for a given metric specification is allowed.".into()
    })
}
