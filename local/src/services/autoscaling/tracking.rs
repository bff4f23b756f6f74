//! The arithmetic of target tracking.

use serde::Deserialize;

use crate::services::cloudwatch::MetricDataQuery;

/// The seconds between two activities of a policy for an ECS service that names none. Tables need none.
const COOLDOWN: u64 = 300;

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct TargetTracking {
    pub(super) target_value: f64,
    pub(super) predefined_metric_specification: Option<Predefined>,
    pub(super) customized_metric_specification: Option<Customized>,
    scale_out_cooldown: Option<u64>,
    scale_in_cooldown: Option<u64>,
    pub(super) disable_scale_in: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Predefined {
    pub(super) predefined_metric_type: String,
    pub(super) resource_label: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Customized {
    pub(super) metric_name: String,
    pub(super) namespace: String,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) statistic: String,
    pub(super) unit: Option<String>,
    /// Metrics and expressions, in place of a single metric.
    pub(super) metrics: Vec<MetricDataQuery>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Dimension {
    pub(super) name: String,
    pub(super) value: String,
}

impl TargetTracking {
    /// The threshold of the alarm that scales in: 90 % of the target.
    pub(super) fn low(&self) -> f64 {
        // Without the rounding, 90 % of 60 is 54.00000000000001.
        (self.target_value * 0.9 * 1e9).round() / 1e9
    }

    /// The seconds after an activity in which the policy does not do the same again.
    pub(super) fn cooldown(&self, is_out: bool, namespace: &str) -> u64 {
        let given = if is_out {
            self.scale_out_cooldown
        } else {
            self.scale_in_cooldown
        };
        let default = if namespace == "ecs" { COOLDOWN } else { 0 };
        given.unwrap_or(default)
    }

    /// The capacity at which the metric has its target value, if it shrinks as the capacity grows.
    pub(super) fn capacity(&self, current: u64, metric: f64) -> u64 {
        if self.target_value <= 0.0 {
            return current;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "capacities are small, and the cast of a float saturates"
        )]
        let capacity = (current as f64 * metric / self.target_value).ceil() as u64;
        capacity
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_capacity_is_proportional_to_the_metric() {
        let tracking = |target: f64| -> TargetTracking {
            serde_json::from_value(json!({"TargetValue": target})).unwrap()
        };
        for (target, current, metric, expected) in [
            (60.0, 1, 61.0, 2),
            (60.0, 1, 100.0, 2),
            (60.0, 2, 100.0, 4),
            (60.0, 4, 20.0, 2),
            (60.0, 3, 0.0, 0),
            (60.0, 2, 53.0, 2),
            (50.0, 10, 50.0, 10),
            (100.0, 1, 950.0, 10),
        ] {
            let capacity = tracking(target).capacity(current, metric);
            assert_eq!(capacity, expected, "{target} {current} {metric}");
        }
        assert!((tracking(60.0).low() - 54.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_service_rests_five_minutes_unless_its_policy_says_otherwise() {
        let given: TargetTracking = serde_json::from_value(
            json!({"TargetValue": 1, "ScaleOutCooldown": 60, "ScaleInCooldown": 0}),
        )
        .unwrap();
        assert_eq!(given.cooldown(true, "ecs"), 60);
        assert_eq!(given.cooldown(false, "ecs"), 0);
        let none = TargetTracking::default();
        assert_eq!(none.cooldown(true, "ecs"), 300);
        assert_eq!(none.cooldown(false, "dynamodb"), 0);
    }
}
