//! The rollout of a deployment: begun, completed, or given up by the circuit breaker.

use std::time::{Duration, Instant};

use super::{DesiredState, Runner, Task};
use crate::services::ecs::ledger::{DeploymentRecord, RolloutState};

/// How long all tasks must have been healthy after a rollout before earlier failures are forgotten.
const STABLE: Duration = Duration::from_secs(10);

/// The state of a rollout, and the wanted state that it rolls out.
#[derive(Debug, Clone)]
pub(in crate::services::ecs) struct Rollout {
    wanted: DesiredState,
    outcome: Option<Outcome>,
}

/// How a rollout has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Completed,
    Failed,
}

impl Rollout {
    pub(super) fn begin(wanted: &DesiredState) -> Self {
        Self {
            wanted: wanted.clone(),
            outcome: None,
        }
    }

    /// Whether the `wanted` state has been reached or given up.
    pub(in crate::services::ecs) fn is_settled(&self, wanted: &DesiredState) -> bool {
        self.wanted == *wanted && self.outcome.is_some()
    }

    /// Whether the circuit breaker has ended it.
    pub(in crate::services::ecs) fn has_failed(&self) -> bool {
        self.outcome == Some(Outcome::Failed)
    }
}

impl Runner {
    /// Begins a rollout if the wanted state has changed, and a deployment if the task definition
    /// has changed.
    pub(super) fn begin_rollout(&mut self, wanted: &DesiredState) {
        let same = self.rollout.borrow().wanted == *wanted;
        if same {
            return;
        }
        if self.deployment.definition != wanted.task_definition {
            self.replace_deployment(&wanted.task_definition);
        }
        self.deployment.move_to(RolloutState::InProgress);
        self.failures = 0;
        self.stable_since = None;
        self.next_start = Instant::now();
        self.rollout.send_replace(Rollout::begin(wanted));
        self.note_place(wanted);
    }

    /// Says that no task can be placed, if it is so
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>).
    pub(super) fn note_place(&self, wanted: &DesiredState) {
        if !wanted.on_fargate {
            self.event("was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.");
        }
    }

    pub(super) fn is_rolling_out(&self) -> bool {
        self.rollout.borrow().outcome.is_none()
    }

    /// Ends the rollout if it is completed, or if too many tasks have failed.
    pub(super) fn end_rollout(&mut self, wanted: &DesiredState) {
        if !self.is_rolling_out() {
            self.forget_failures(wanted);
            return;
        }
        let current =
            self.count(|task| task.definition == self.deployment.definition && task.is_stable());
        // While a target drains, the deployment is not complete, as on AWS.
        let is_alone = self.tasks.len() as u64 == wanted.desired && self.draining.is_empty();
        if current == wanted.desired && is_alone {
            let since = *self.stable_since.get_or_insert_with(Instant::now);
            if since.elapsed() >= self.account.pace.shrink(wanted.bake) {
                self.complete();
            }
            return;
        }
        self.stable_since = None;
        if wanted.circuit_breaker && self.failures >= breaker_threshold(wanted) {
            self.give_up(wanted);
        }
    }

    fn complete(&mut self) {
        self.last_good = Some(self.deployment.definition.clone());
        self.failures = 0;
        self.deployment.move_to(RolloutState::Completed);
        self.older.clear();
        self.event("has reached a steady state.");
        self.rollout
            .send_modify(|rollout| rollout.outcome = Some(Outcome::Completed));
    }

    fn give_up(&mut self, wanted: &DesiredState) {
        self.event(&format!(
            "(deployment {}) deployment failed: {} tasks failed to start.",
            self.deployment.id, self.failures
        ));
        self.deployment.move_to(RolloutState::Failed);
        if wanted.roll_back
            && let Some(good) = self.last_good.clone()
        {
            self.event(&format!("rolling back to {good}."));
            self.replace_deployment(&good);
            self.deployment.move_to(RolloutState::Completed);
        }
        self.failures = 0;
        self.rollout
            .send_modify(|rollout| rollout.outcome = Some(Outcome::Failed));
    }

    fn replace_deployment(&mut self, definition: &str) {
        let replaced = std::mem::replace(&mut self.deployment, DeploymentRecord::new(definition));
        self.older.insert(0, replaced);
    }

    fn forget_failures(&mut self, wanted: &DesiredState) {
        let is_stable = |task: &Task| {
            task.is_healthy()
                && task
                    .running_since
                    .is_some_and(|since| since.elapsed() > STABLE)
        };
        if self.failures > 0 && self.count(is_stable) == wanted.desired {
            self.failures = 0;
        }
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
