//! Rules for step scaling.

use serde_json::Value;

use crate::resources::subject::{Subject, at, fail_if, number};
use crate::services::autoscaling::target::Key;

const STEPS: &str = "StepScalingPolicyConfiguration";

/// The bounds of the steps, the lowest first. A missing bound is infinite.
fn bounds(subject: &Subject<'_>) -> Vec<(f64, f64)> {
    let steps = subject.list(&format!("{STEPS}/StepAdjustments")).iter();
    let bound = |step: &Value, name: &str| at(step, name).and_then(Value::as_f64);
    let mut bounds: Vec<(f64, f64)> = steps
        .map(|step| {
            let lower = bound(step, "MetricIntervalLowerBound");
            let upper = bound(step, "MetricIntervalUpperBound");
            (
                lower.unwrap_or(f64::NEG_INFINITY),
                upper.unwrap_or(f64::INFINITY),
            )
        })
        .collect();
    bounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    bounds
}

pub(super) fn steps_needed(subject: &Subject<'_>) -> Result<(), String> {
    if !subject.has(STEPS) {
        return Ok(());
    }
    let key = Key::of_policy(subject.properties).unwrap_or_default();
    if key.service_namespace == "dynamodb" {
        return Err(format!(
            "Policy type StepScaling is not supported for scalable dimension {}",
            key.scalable_dimension
        ));
    }
    if !subject.has(&format!("{STEPS}/AdjustmentType")) {
        return Err("Adjustment type must be specified".into());
    }
    let none = subject.list(&format!("{STEPS}/StepAdjustments")).is_empty();
    fail_if(none, || "There must be at least one step adjustment".into())
}

pub(super) fn adjustment(subject: &Subject<'_>) -> Result<(), String> {
    let kind = subject.text(&format!("{STEPS}/AdjustmentType"));
    let in_percent = kind == Some("PercentChangeInCapacity");
    if !in_percent && subject.has(&format!("{STEPS}/MinAdjustmentMagnitude")) {
        return Err("Minimum adjustment magnitude is only allowed for adjustment type PercentChangeInCapacity".into());
    }
    if subject
        .number(&format!("{STEPS}/Cooldown"))
        .is_some_and(|seconds| seconds < 0)
    {
        return Err("Cooldown cannot be negative".into());
    }
    let mut steps = subject.list(&format!("{STEPS}/StepAdjustments")).iter();
    let negative = steps.any(|step| number(step, "ScalingAdjustment").is_some_and(|by| by < 0));
    fail_if(kind == Some("ExactCapacity") && negative, || {
        "Scaling adjustment cannot be less than 0 when adjustment type is ExactCapacity".into()
    })
}

pub(super) fn intervals(subject: &Subject<'_>) -> Result<(), String> {
    let bounds = bounds(subject);
    let refuse = |broken: bool, sentence: &str| fail_if(broken, || sentence.to_owned());
    let count = |is: &dyn Fn(&(f64, f64)) -> bool| bounds.iter().filter(|one| is(one)).count();
    refuse(
        count(&|one| one.0.is_infinite() && one.1.is_infinite()) > 0,
        "Both lower and upper bounds of a step adjustment cannot be left unspecified",
    )?;
    refuse(
        count(&|one| one.0 >= one.1) > 0,
        "Lower bound must be less than upper bound for a step adjustment",
    )?;
    refuse(
        count(&|one| one.0.is_infinite()) > 1,
        "At most one step adjustment may have an unspecified lower bound",
    )?;
    refuse(
        count(&|one| one.1.is_infinite()) > 1,
        "At most one step adjustment may have an unspecified upper bound",
    )?;
    let pairs = || bounds.iter().zip(bounds.iter().skip(1));
    refuse(
        pairs().any(|(one, next)| one.1 > next.0),
        "Step adjustment intervals cannot overlap",
    )?;
    refuse(
        pairs().any(|(one, next)| one.1 < next.0),
        "Step adjustment intervals cannot have gaps between them",
    )?;
    refuse(
        bounds
            .first()
            .is_some_and(|one| one.0.is_finite() && one.0 < 0.0),
        "There must be a step adjustment with an unspecified lower bound when one step adjustment has a negative lower bound",
    )?;
    refuse(
        bounds
            .last()
            .is_some_and(|one| one.1.is_finite() && one.1 > 0.0),
        "There must be a step adjustment with an unspecified upper bound when one step adjustment has a positive upper bound",
    )
}
