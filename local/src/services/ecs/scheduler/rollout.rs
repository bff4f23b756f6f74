//! The rollout of a wanted state: begun, completed, or given up.

use std::time::{Duration, Instant};

use super::deployment::Deployment;
use super::progress::{Progress, Staged};
use super::rollback::Failure;
use super::{DesiredState, Runner, Task};
use crate::services::ecs::deployment_configuration::Strategy;
use crate::services::ecs::service_deployment::{Monitor, ServiceDeployment, Status};

/// How long all tasks must have been healthy after a rollout before earlier failures are forgotten.
const STABLE: Duration = Duration::from_secs(10);

/// The state of a rollout, and the wanted state that it rolls out.
#[derive(Debug, Clone)]
pub(in crate::services::ecs) struct Rollout {
    wanted: DesiredState,
    outcome: Option<Outcome>,
}

/// How a rollout has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Completed,
    Failed(Failure),
}

impl Rollout {
    pub(super) fn begin(wanted: &DesiredState) -> Self {
        Self {
            wanted: wanted.clone(),
            outcome: None,
        }
    }

    /// Whether this is the rollout of `wanted`.
    pub(in crate::services::ecs) fn is_of(&self, wanted: &DesiredState) -> bool {
        self.wanted == *wanted
    }

    /// Whether the `wanted` state has been reached or given up.
    pub(in crate::services::ecs) fn is_settled(&self, wanted: &DesiredState) -> bool {
        self.is_of(wanted) && self.outcome.is_some()
    }

    /// Why it was given up.
    pub(in crate::services::ecs) fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Some(Outcome::Failed(failure)) => Some(failure),
            _ => None,
        }
    }
}

impl Runner {
    /// Begins a rollout if the wanted state has changed, and a deployment if there is a new revision.
    pub(super) fn begin_rollout(&mut self, wanted: &DesiredState) {
        if self.rollout.borrow().is_of(wanted) {
            return;
        }
        if self.deployment.spec.differs(&wanted.spec) {
            let replaced = std::mem::replace(&mut self.deployment, Deployment::new(&wanted.spec));
            self.older.insert(0, replaced);
            self.begin_deployment(wanted, false);
        } else if !self.progress.is_busy() {
            self.progress = Progress::Rolling;
            self.failures = 0;
        }
        self.stable_since = None;
        self.next_start = Instant::now();
        self.publish(wanted);
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

    /// Begins to deploy the revision of the primary deployment.
    pub(super) fn begin_deployment(&mut self, wanted: &DesiredState, restored: bool) {
        let source = self.source();
        self.place(wanted, restored);
        if !self.attempt.status.is_terminal() && !self.older.is_empty() {
            self.attempt.reason = Some("A newer service deployment has been started.".into());
            self.attempt.move_to(Status::Stopped);
            let attempt = self.attempt.clone();
            let mut ledger = self.account.tasks.ledger();
            ledger
                .services
                .entry(self.arn.clone())
                .or_default()
                .note(&attempt);
        }
        let sources = self.older.iter();
        self.attempt = ServiceDeployment::new(
            self.deployment.record.revision().to_owned(),
            sources
                .map(|one| one.record.revision().to_owned())
                .collect(),
            wanted.configuration.clone(),
        );
        self.attempt.breaker = Monitor::new(wanted.circuit_breaker);
        self.attempt.alarms = Monitor::new(wanted.alarms.enable);
        self.failures = 0;
        self.watch_alarms(wanted);
        self.progress = if wanted.strategy == Strategy::Rolling || restored {
            Progress::Rolling
        } else {
            Progress::Staged(Staged::begin(source))
        };
        self.enter_first_stage(wanted);
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
        if let Some(failure) = self.watch(wanted) {
            self.fail(failure, wanted);
            return;
        }
        let rolled_back = match &self.progress {
            Progress::Rolling => None,
            Progress::RollingBack { failure, .. } => Some(failure.clone()),
            _ => return,
        };
        match rolled_back {
            None if self.has_settled(wanted, wanted.bake) => self.complete(),
            Some(failure) if self.has_settled(wanted, Duration::ZERO) => {
                self.complete_rollback(failure, wanted);
            }
            _ => {}
        }
    }

    /// Whether all tasks are those of the primary deployment, and have been stable for `bake`.
    fn has_settled(&mut self, wanted: &DesiredState, bake: Duration) -> bool {
        // While a target drains, the deployment is not complete, as on AWS.
        let is_alone = self.tasks.len() as u64 == wanted.desired && self.draining.is_empty();
        if self.stable_tasks() == wanted.desired && is_alone {
            let since = *self.stable_since.get_or_insert_with(Instant::now);
            return since.elapsed() >= self.account.pace.shrink(bake);
        }
        self.stable_since = None;
        false
    }

    /// The stable tasks of the primary deployment.
    pub(super) fn stable_tasks(&self) -> u64 {
        self.count(|task| task.deployment == self.deployment.id() && task.is_stable())
    }

    pub(super) fn complete(&mut self) {
        self.last_good = Some(self.deployment.clone());
        self.failures = 0;
        self.older.clear();
        self.progress = Progress::Steady;
        self.deployment.record.complete();
        if !self.attempt.status.is_terminal() {
            self.attempt.production = 100.0;
            self.attempt.test = 100.0;
            self.attempt.move_to(Status::Successful);
            let id = self.deployment.id();
            self.event(&format!("(deployment {id}) deployment completed."));
        }
        self.event("has reached a steady state.");
        self.settle(Outcome::Completed);
    }

    fn settle(&self, outcome: Outcome) {
        self.rollout
            .send_modify(|rollout| rollout.outcome = Some(outcome));
    }

    /// Ends the rollout with a failure, or well if the state that it went back to is wanted by now.
    pub(super) fn settle_failed(&self, failure: Failure, wanted: &DesiredState) {
        let is_wanted = !self.deployment.spec.differs(&wanted.spec);
        let has_gone_back = self.attempt.status == Status::RollbackSuccessful;
        self.settle(if is_wanted && has_gone_back {
            Outcome::Completed
        } else {
            Outcome::Failed(failure)
        });
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
