//! What watches over a deployment: the circuit breaker and the alarms.

use super::progress::Progress;
use super::rollback::{Cause, Failure};
use super::{DesiredState, Runner};
use crate::services::ecs::alarms;

impl Runner {
    /// An alarm that has gone off before a deployment is ignored for its duration
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html>).
    pub(super) fn watch_alarms(&mut self, wanted: &DesiredState) {
        let names = &wanted.alarms.alarm_names;
        self.ignores_alarms =
            !wanted.alarms.enable || !alarms::in_alarm(&self.account, names).is_empty();
    }

    /// The failure that ends the running deployment.
    pub(super) fn watch(&mut self, wanted: &DesiredState) -> Option<Failure> {
        if !matches!(self.progress, Progress::Rolling | Progress::Staged(_)) {
            return None;
        }
        let threshold = breaker_threshold(wanted);
        // A change of the desired count is no deployment.
        let is_deployment = !self.attempt.status.is_terminal();
        if is_deployment {
            self.attempt.failures = self.failures;
            self.attempt.threshold = threshold;
        }
        if wanted.circuit_breaker && self.failures >= threshold {
            return Some(Failure {
                cause: Cause::CircuitBreaker,
                reason: "Service deployment rolled back because the circuit breaker threshold was exceeded.".into(),
                roll_back: wanted.roll_back,
            });
        }
        if self.ignores_alarms || !is_deployment {
            return None;
        }
        self.attempt.triggered = alarms::in_alarm(&self.account, &wanted.alarms.alarm_names);
        let names = self.attempt.triggered.join(", ");
        (!names.is_empty()).then(|| Failure {
            cause: Cause::Alarm,
            reason: format!(
                "Service deployment rolled back because of alarms in the ALARM state: {names}."
            ),
            roll_back: wanted.alarms.rollback,
        })
    }
}

/// The number of failed tasks that trips the circuit breaker: half of the desired count, at least
/// 3 and at most 200 (ECS developer guide, "Failure threshold"), or what the service sets.
fn breaker_threshold(wanted: &DesiredState) -> u64 {
    let percent = |value: u64| (wanted.desired * value).div_ceil(100);
    let configured = wanted.threshold.as_ref();
    match configured.map(|one| (one.r#type.as_str(), one.value)) {
        Some(("COUNT", value)) => value.max(1),
        Some(("BOUNDED_PERCENT", value)) => percent(value).clamp(3, 200),
        Some(("UNBOUNDED_PERCENT", value)) => percent(value).max(1),
        _ => percent(50).clamp(3, 200),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_breaker_trips_as_documented() {
        for (desired, threshold, expected) in [
            (1, json!(null), 3),
            (6, json!(null), 3),
            (25, json!(null), 13),
            (400, json!(null), 200),
            (800, json!(null), 200),
            (10, json!({"Type": "COUNT", "Value": 1}), 1),
            (10, json!({"Type": "BOUNDED_PERCENT", "Value": 10}), 3),
            (10, json!({"Type": "UNBOUNDED_PERCENT", "Value": 10}), 1),
            (1000, json!({"Type": "UNBOUNDED_PERCENT", "Value": 50}), 500),
        ] {
            let breaker = json!({"Enable": true, "ThresholdConfiguration": threshold});
            let properties = json!({
                "DesiredCount": desired,
                "DeploymentConfiguration": {"DeploymentCircuitBreaker": breaker},
            });
            let wanted = DesiredState::of(&serde_json::from_value(properties).unwrap());
            assert_eq!(
                breaker_threshold(&wanted),
                expected,
                "{desired} {threshold}"
            );
        }
    }
}
