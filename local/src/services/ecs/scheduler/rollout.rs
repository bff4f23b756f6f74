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
        self.next_start = Instant::now();
        self.rollout.send_replace(Rollout::begin(wanted));
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
            self.complete();
        } else if wanted.circuit_breaker && self.failures >= breaker_threshold(wanted.desired) {
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
/// 3 and at most 200 (ECS developer guide, "Failure threshold").
fn breaker_threshold(desired: u64) -> u64 {
    desired.div_ceil(2).clamp(3, 200)
}

#[cfg(test)]
mod tests {
    use super::breaker_threshold;

    #[test]
    fn the_breaker_trips_as_documented() {
        for (desired, threshold) in [(1, 3), (6, 3), (25, 13), (400, 200), (800, 200)] {
            assert_eq!(breaker_threshold(desired), threshold);
        }
    }
}
