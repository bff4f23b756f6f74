//! The arithmetic of step scaling.

use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct StepScaling {
    pub(super) adjustment_type: Option<String>,
    pub(super) step_adjustments: Vec<Step>,
    pub(super) min_adjustment_magnitude: Option<i64>,
    /// Seconds.
    pub(super) cooldown: Option<u64>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Step {
    metric_interval_lower_bound: Option<f64>,
    metric_interval_upper_bound: Option<f64>,
    scaling_adjustment: i64,
}

impl StepScaling {
    /// The capacity that follows from a metric which is `breach` above the threshold of its alarm, or
    /// below it if negative; `None` if no step covers it.
    pub(super) fn capacity(&self, current: u64, breach: f64) -> Option<u64> {
        let above = |step: &&Step| step.is_above(breach);
        let below = |step: &&Step| step.is_below(breach);
        let steps = || self.step_adjustments.iter();
        let step = steps().find(above).or_else(|| steps().find(below))?;
        let current = i64::try_from(current).unwrap_or(i64::MAX);
        let adjustment = step.scaling_adjustment;
        let capacity = match self.adjustment_type.as_deref() {
            Some("ExactCapacity") => adjustment,
            Some("PercentChangeInCapacity") => {
                current.saturating_add(self.percent(current, adjustment))
            }
            _ => current.saturating_add(adjustment),
        };
        u64::try_from(capacity.max(0)).ok()
    }

    /// A change in percent. It is rounded towards zero, but never to zero: 0.67 becomes 1, -0.58
    /// becomes -1
    /// (<https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html>).
    fn percent(&self, current: i64, percent: i64) -> i64 {
        let exact = current.saturating_mul(percent);
        let change = match exact / 100 {
            0 => exact.signum(),
            change => change,
        };
        let least = self.min_adjustment_magnitude.unwrap_or(0);
        if change.abs() < least {
            percent.signum() * least
        } else {
            change
        }
    }
}

impl Step {
    fn bounds(&self) -> (f64, f64) {
        let lower = self.metric_interval_lower_bound;
        let upper = self.metric_interval_upper_bound;
        (
            lower.unwrap_or(f64::NEG_INFINITY),
            upper.unwrap_or(f64::INFINITY),
        )
    }

    /// Whether it covers a value above the threshold. The lower bound belongs to it.
    fn is_above(&self, breach: f64) -> bool {
        let (lower, upper) = self.bounds();
        upper > 0.0 && lower <= breach && breach < upper
    }

    /// Whether it covers a value below the threshold. The upper bound belongs to it.
    fn is_below(&self, breach: f64) -> bool {
        let (lower, upper) = self.bounds();
        lower < 0.0 && lower < breach && breach <= upper
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_changes_the_capacity_as_documented() {
        let steps = |kind: &str, least: u64| -> StepScaling {
            serde_json::from_value(json!({
                "AdjustmentType": kind,
                "MinAdjustmentMagnitude": least,
                "StepAdjustments": [
                    {"MetricIntervalUpperBound": -10, "ScalingAdjustment": -30},
                    {"MetricIntervalLowerBound": -10, "MetricIntervalUpperBound": 0, "ScalingAdjustment": -10},
                    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 10},
                    {"MetricIntervalLowerBound": 10, "ScalingAdjustment": 30},
                ],
            }))
            .unwrap()
        };
        let rows = [
            ("ChangeInCapacity", 0, 40, 0.0, 50),
            ("ChangeInCapacity", 0, 40, 9.9, 50),
            ("ChangeInCapacity", 0, 40, 10.0, 70),
            ("ChangeInCapacity", 0, 40, -5.0, 30),
            ("ChangeInCapacity", 0, 40, -10.0, 10),
            ("ChangeInCapacity", 0, 5, -20.0, 0),
            ("ExactCapacity", 0, 40, 12.0, 30),
            ("PercentChangeInCapacity", 0, 10, 5.0, 11),
            ("PercentChangeInCapacity", 0, 10, 15.0, 13),
            ("PercentChangeInCapacity", 0, 4, 5.0, 5),
            ("PercentChangeInCapacity", 0, 4, -5.0, 3),
            ("PercentChangeInCapacity", 2, 4, 5.0, 6),
            ("PercentChangeInCapacity", 0, 19, 5.0, 20),
        ];
        for (kind, least, current, breach, expected) in rows {
            let capacity = steps(kind, least).capacity(current, breach);
            assert_eq!(capacity, Some(expected), "{kind} {current} {breach}");
        }
    }

    #[test]
    fn a_metric_that_no_step_covers_changes_nothing() {
        let only_above: StepScaling = serde_json::from_value(json!({
            "AdjustmentType": "ChangeInCapacity",
            "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
        }))
        .unwrap();
        assert_eq!(only_above.capacity(1, -3.0), None);
        assert_eq!(only_above.capacity(1, 3.0), Some(2));
    }
}
