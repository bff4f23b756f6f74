//! Mistakes in scalable targets and their policies.

use super::Case;

const TARGET: &str = "ApplicationAutoScaling::ScalableTarget";
const POLICY: &str = "ApplicationAutoScaling::ScalingPolicy";

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("target_kind", TARGET, r#"{"ServiceNamespace": "ECS"}"#, "Value 'ECS' at 'serviceNamespace'"),
    ("target_kind", TARGET, r#"{"ScalableDimension": "ecs:service:DesiredTasks"}"#, "Unsupported service namespace, resource type or scalable dimension"),
    ("target_kind", TARGET, r#"{"ResourceId": "main/app"}"#, "Unsupported service namespace, resource type or scalable dimension"),
    ("target_bounds", TARGET, r#"{"MinCapacity": 5}"#, "Maximum capacity cannot be less than minimum capacity"),
    ("target_bounds", TARGET, r#"{"MinCapacity": -1}"#, "Minimum capacity cannot be less than 0"),
    ("target_exists", TARGET, r#"{"ResourceId": "service/main/gone"}"#, "ECS service doesn't exist: service/main/gone"),
    ("policy_target", POLICY, r#"{"ScalingTargetId": null, "ResourceId": "service/main/app"}"#, "Either ScalingTargetId or all three of [ResourceId, ScalableDimension, ServiceNamespace] must be specified"),
    ("policy_target_exists", POLICY, r#"{"ScalingTargetId": "service/main/gone|ecs:service:DesiredCount|ecs"}"#, "No scalable target registered for service namespace: ecs, resource ID: service/main/gone, scalable dimension: ecs:service:DesiredCount"),
    ("policy_type", POLICY, r#"{"PolicyType": "StepScaling"}"#, "StepScalingPolicyConfiguration must be specified"),
    ("policy_type", POLICY, r#"{"PolicyType": "Tracking"}"#, "[StepScaling, TargetTrackingScaling, PredictiveScaling]"),
    ("policy_metric", POLICY, r#"{"TargetTrackingScalingPolicyConfiguration": {"PredefinedMetricSpecification": null}}"#, "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification"),
    ("policy_metric", POLICY, r#"{"TargetTrackingScalingPolicyConfiguration": {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceCPU"}}}"#, "Unsupported predefined metric type ECSServiceCPU"),
    ("policy_label", POLICY, r#"{"TargetTrackingScalingPolicyConfiguration": {"PredefinedMetricSpecification": {"PredefinedMetricType": "ALBRequestCountPerTarget"}}}"#, "ResourceLabel must be specified for ALBRequestCountPerTarget"),
    ("policy_label", POLICY, r#"{"TargetTrackingScalingPolicyConfiguration": {"PredefinedMetricSpecification": {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": "app/web/1/targetgroup/gone/1"}}}"#, "Invalid resource label: app/web/1/targetgroup/gone/1"),
    ("policy_label", POLICY, r#"{"TargetTrackingScalingPolicyConfiguration": {"PredefinedMetricSpecification": {"ResourceLabel": "app/web/1/targetgroup/web/1"}}}"#, "can only be specified for ALBRequestCountPerTarget"),
    ("policy_value", POLICY, r#"{"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 0}}"#, "TargetValue must be greater than 0"),
    ("policy_value", POLICY, r#"{"TargetTrackingScalingPolicyConfiguration": {"ScaleInCooldown": -1}}"#, "Cooldown cannot be negative"),
    ("policy_once", POLICY, r#"{"$also": [["ApplicationAutoScaling::ScalingPolicy", "p", {"ScalingTargetId": "service/main/app|ecs:service:DesiredCount|ecs", "TargetTrackingScalingPolicyConfiguration": {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}}]]}"#, "Only one TargetTrackingScaling policy for a given metric specification is allowed."),
];
