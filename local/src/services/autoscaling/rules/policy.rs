//! Rules for every scaling policy.

use crate::resources::subject::{Subject, fail_if, one_of};
use crate::services::autoscaling::target::Key;

const CONFIGURATIONS: [(&str, &str); 3] = [
    ("StepScaling", "StepScalingPolicyConfiguration"),
    (
        "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration",
    ),
    ("PredictiveScaling", "PredictiveScalingPolicyConfiguration"),
];

pub(super) fn target_named(subject: &Subject<'_>) -> Result<(), String> {
    let named = ["ResourceId", "ScalableDimension", "ServiceNamespace"];
    let all = named.iter().all(|name| subject.has(name));
    fail_if(!subject.has("ScalingTargetId") && !all, || {
        "Either ScalingTargetId or all three of [ResourceId, ScalableDimension, ServiceNamespace] must be specified".into()
    })
}

pub(super) fn registered(subject: &Subject<'_>) -> Result<(), String> {
    let key = Key::of_policy(subject.properties).unwrap_or_else(|| Key {
        resource_id: subject.text("ScalingTargetId").unwrap_or("").to_owned(),
        ..Key::default()
    });
    let known = subject.find("AWS::ApplicationAutoScaling::ScalableTarget", &key.id());
    fail_if(known.is_none(), || {
        format!("No scalable target registered for {}", key.named())
    })
}

pub(super) fn kind(subject: &Subject<'_>) -> Result<(), String> {
    let given = subject.text("PolicyType");
    one_of("policyType", given, &CONFIGURATIONS.map(|(kind, _)| kind))?;
    let kind = given.unwrap_or("StepScaling");
    let own = |(known, _): &&(&str, &str)| *known == kind;
    let (_, wanted) = CONFIGURATIONS
        .iter()
        .find(own)
        .unwrap_or(&CONFIGURATIONS[0]);
    if !subject.has(wanted) {
        return Err(format!("{kind} policy configuration must be specified"));
    }
    let given = CONFIGURATIONS.iter().filter(|(_, name)| subject.has(name));
    fail_if(given.count() > 1, || {
        "You must only provide a single scaling policy configuration, which must match the scaling policy type specified".into()
    })
}
