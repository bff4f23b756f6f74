//! Deployments that shift traffic go through lifecycle stages: the new revision is started beside the
//! old one, gets the test traffic, then the production traffic, and the old one is stopped at the end.
//!
//! Source:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html>.

use std::time::{Duration, Instant};

use super::progress::{Progress, Staged};
use super::rollback::Failure;
use super::{DesiredState, Runner};
use crate::aws::seconds;
use crate::services::ecs::service_deployment::Stage;

/// The longest time for a stage.
const LONGEST: Duration = Duration::from_hours(24);

/// The shortest time limit at any pace: processes start in real time.
const SHORTEST: Duration = Duration::from_secs(30);

/// What is to be done at a stage.
pub(super) enum Step {
    Wait,
    Next(Stage),
    Complete,
    Failed(Failure),
}

impl Runner {
    /// A deployment that replaces more than one revision reconciles the service first.
    pub(super) fn enter_first_stage(&mut self, wanted: &DesiredState) {
        if let Progress::Staged(_) = self.progress {
            let first = if self.older.len() > 1 {
                Stage::ReconcileService
            } else {
                Stage::PreScaleUp
            };
            self.enter(first, wanted);
        }
    }

    /// Goes on to the stages that can be reached now.
    pub(super) fn advance(&mut self, wanted: &DesiredState) {
        while let Progress::Staged(staged) = &self.progress {
            let staged = staged.clone();
            match self.work(&staged, wanted) {
                Step::Wait => return,
                Step::Next(stage) => self.enter(stage, wanted),
                Step::Complete => self.complete(),
                Step::Failed(failure) => self.fail(failure, wanted),
            }
        }
    }

    fn enter(&mut self, stage: Stage, wanted: &DesiredState) {
        if let Progress::Staged(staged) = &mut self.progress {
            let again = staged.stage == Stage::ProductionTrafficShift
                && stage == Stage::PreProductionTrafficShift;
            staged.step += u32::from(again);
            staged.stage = stage;
            staged.entered = Instant::now();
            staged.shifted = None;
        }
        self.attempt.stage = Some(stage);
        self.attempt.updated = seconds();
        self.pause_at(stage, wanted);
    }

    fn work(&mut self, staged: &Staged, wanted: &DesiredState) -> Step {
        match self.paused(staged.stage) {
            Ok(true) => return Step::Wait,
            Ok(false) => {}
            Err(failure) => return Step::Failed(failure),
        }
        let elapsed = staged.entered.elapsed();
        let shortest = self.account.pace.shrink(LONGEST).max(SHORTEST);
        let done = match staged.stage {
            Stage::ReconcileService => return self.reconcile_service(staged),
            Stage::TestTrafficShift => return self.shift_test_traffic(),
            Stage::ProductionTrafficShift => return self.shift_production_traffic(staged, wanted),
            Stage::PreScaleUp => match self.check_networking() {
                Ok(()) => return Step::Next(Stage::ScaleUp),
                Err(reason) => return Step::Failed(Failure::other(reason)),
            },
            Stage::ScaleUp => self.stable_tasks() >= wanted.desired,
            Stage::BakeTime => elapsed >= self.account.pace.shrink(wanted.bake),
            Stage::CleanUp => self.has_only_primary(),
            _ => true,
        };
        match following(staged.stage) {
            Some(next) if done => Step::Next(next),
            None if done => Step::Complete,
            _ if staged.stage != Stage::BakeTime && elapsed > shortest => {
                Step::Failed(Failure::other(format!(
                    "Service deployment rolled back because the {} lifecycle stage timed out.",
                    staged.stage.name()
                )))
            }
            _ => Step::Wait,
        }
    }

    fn has_only_primary(&self) -> bool {
        self.count(|task| task.deployment != self.deployment.id()) == 0 && self.draining.is_empty()
    }
}

fn following(stage: Stage) -> Option<Stage> {
    Some(match stage {
        Stage::ReconcileService => Stage::PreScaleUp,
        Stage::PreScaleUp => Stage::ScaleUp,
        Stage::ScaleUp => Stage::PostScaleUp,
        Stage::PostScaleUp => Stage::TestTrafficShift,
        Stage::TestTrafficShift => Stage::PostTestTrafficShift,
        Stage::PostTestTrafficShift => Stage::PreProductionTrafficShift,
        Stage::PreProductionTrafficShift => Stage::ProductionTrafficShift,
        Stage::ProductionTrafficShift => Stage::PostProductionTrafficShift,
        Stage::PostProductionTrafficShift => Stage::BakeTime,
        Stage::BakeTime => Stage::CleanUp,
        Stage::CleanUp => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_leads_to_the_last_one() {
        let mut stage = Stage::ReconcileService;
        let mut names = vec![stage.name()];
        while let Some(next) = following(stage) {
            stage = next;
            names.push(stage.name());
        }
        assert_eq!(names.len(), 11);
        assert_eq!(stage, Stage::CleanUp);
    }
}
