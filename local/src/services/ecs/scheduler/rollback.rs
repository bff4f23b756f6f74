//! What follows when a deployment fails: a rollback to the last revision that was completed, if there
//! is one and the failure asks for it.
//!
//! Sources of the messages:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html>, and
//! <https://github.com/hashicorp/terraform-provider-aws/pull/43434> for a service without an earlier
//! revision.

use super::deployment::Deployment;
use super::progress::Progress;
use super::{DesiredState, Runner};
use crate::aws::seconds;
use crate::services::ecs::ledger::RolloutState;
use crate::services::ecs::service_deployment::{Monitor, Rollback, Status};

/// Why a deployment has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::ecs) struct Failure {
    pub(in crate::services::ecs) cause: Cause,
    /// The reason of the service deployment's status.
    pub(in crate::services::ecs) reason: String,
    pub(super) roll_back: bool,
}

/// What made a deployment fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::ecs) enum Cause {
    CircuitBreaker,
    Alarm,
    /// A stage of the deployment, or a user.
    Other,
}

impl Failure {
    pub(super) fn other(reason: impl Into<String>) -> Self {
        Self {
            cause: Cause::Other,
            reason: reason.into(),
            roll_back: true,
        }
    }

    /// The words of the service's event.
    fn event(&self) -> &str {
        match self.cause {
            Cause::CircuitBreaker => "tasks failed to start",
            Cause::Alarm => "alarm detected",
            Cause::Other => self.reason.trim_end_matches('.'),
        }
    }

    fn source(&self) -> &'static str {
        match self.cause {
            Cause::CircuitBreaker => "ECS deployment circuit breaker",
            Cause::Alarm => "ECS deployment alarm",
            Cause::Other => "ECS deployment failed",
        }
    }
}

impl Runner {
    /// Gives the deployment up.
    pub(super) fn fail(&mut self, failure: Failure, wanted: &DesiredState) {
        let (id, what) = (self.deployment.id().to_owned(), failure.event());
        self.event(&format!("(deployment {id}) deployment failed: {what}."));
        let reason = format!("{}: {what}.", failure.source());
        self.deployment.record.move_to(RolloutState::Failed, reason);
        self.attempt.reason = Some(failure.reason.clone());
        match failure.cause {
            Cause::CircuitBreaker => self.attempt.breaker = Monitor::Triggered,
            Cause::Alarm => self.attempt.alarms = Monitor::Triggered,
            Cause::Other => {}
        }
        self.failures = 0;
        self.stable_since = None;
        if !failure.roll_back {
            self.halt(failure, Status::Stopped, wanted);
            return;
        }
        match self.last_good.clone() {
            Some(good) => self.roll_back(failure, good, wanted),
            None => self.cannot_roll_back(
                failure,
                "No rollback candidate was found to run the rollback.",
                wanted,
            ),
        }
    }

    fn roll_back(&mut self, failure: Failure, good: Deployment, wanted: &DesiredState) {
        let staged = matches!(self.progress, Progress::Staged(_));
        self.event(&format!("rolling back to deployment {}.", good.id()));
        self.attempt.rollback = Some(Rollback {
            reason: failure.reason.clone(),
            started: seconds(),
            revision: good.record.revision().to_owned(),
        });
        self.attempt.move_to(Status::RollbackInProgress);
        let reason = format!(
            "{}: rolling back to deploymentId {}.",
            failure.source(),
            good.id()
        );
        self.make_primary(good);
        self.deployment
            .record
            .move_to(RolloutState::InProgress, reason);
        if staged {
            self.attempt.production = 0.0;
            self.attempt.test = 0.0;
            if let Err(reason) = self.send_all_traffic_to_primary() {
                self.cannot_roll_back(failure, &reason, wanted);
                return;
            }
        }
        self.progress = Progress::RollingBack { failure, staged };
    }

    /// Makes the deployment the primary one. Its tasks may still run.
    fn make_primary(&mut self, good: Deployment) {
        self.older.retain(|older| older.id() != good.id());
        let failed = std::mem::replace(&mut self.deployment, good);
        self.older.insert(0, failed);
    }

    fn cannot_roll_back(&mut self, failure: Failure, reason: &str, wanted: &DesiredState) {
        let id = self.deployment.id();
        self.event(&format!("(deployment {id}) rollback has failed. {reason}"));
        self.attempt.reason = Some(reason.to_owned());
        self.halt(failure, Status::RollbackFailed, wanted);
    }

    /// Starts and stops no more tasks.
    fn halt(&mut self, failure: Failure, status: Status, wanted: &DesiredState) {
        self.attempt.move_to(status);
        self.progress = Progress::Halted;
        self.settle_failed(failure, wanted);
    }

    pub(super) fn complete_rollback(&mut self, failure: Failure, wanted: &DesiredState) {
        self.deployment.record.complete();
        self.attempt.move_to(Status::RollbackSuccessful);
        self.progress = Progress::Steady;
        self.failures = 0;
        self.older.clear();
        self.event("has reached a steady state.");
        self.settle_failed(failure, wanted);
    }
}
