//! Deployments that shift traffic go through lifecycle stages: the new revision is started beside the
//! old one, gets the test traffic, then the production traffic, and the old one is stopped at the end.
//!
//! Source:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html>.

use std::time::{Duration, Instant};

use super::desired_state::minutes;
use super::rollback::Failure;
use super::traffic::Rules;
use super::{DesiredState, Runner};
use crate::aws::seconds;
use crate::services::ecs::deployment_configuration::Strategy;
use crate::services::ecs::service_deployment::Stage;

/// The longest time for a stage.
const LONGEST: Duration = Duration::from_hours(24);

/// The shortest time limit at any pace: processes start in real time.
const SHORTEST: Duration = Duration::from_secs(30);

/// How far the newest deployment is.
pub(super) enum Progress {
    /// Old tasks are replaced by new ones.
    Rolling,
    Staged(Staged),
    RollingBack {
        failure: Failure,
        /// Whether the deployment was shifting traffic.
        staged: bool,
    },
    /// The deployment has failed, and nothing is started or stopped any more.
    Halted,
    Steady,
}

/// A deployment that goes through stages.
#[derive(Debug, Clone)]
pub(super) struct Staged {
    pub(super) stage: Stage,
    entered: Instant,
    /// The number of the next traffic shift, from 1.
    step: u32,
    /// When the traffic of this step was shifted.
    shifted: Option<Instant>,
    /// The id of the deployment that serves.
    source: Option<String>,
}

/// How many tasks each deployment should have during a deployment that shifts traffic.
pub(super) struct Counts {
    counts: Vec<(String, u64)>,
}

impl Counts {
    pub(super) fn of(&self, id: &str) -> u64 {
        let mut counts = self.counts.iter();
        let known = counts.find(|(known, _)| known == id);
        known.map_or(0, |(_, count)| *count)
    }
}

/// What is to be done at a stage.
enum Step {
    Wait,
    Next(Stage),
    Complete,
    Failed(Failure),
}

impl Progress {
    /// Whether a change of the desired count leaves it as it is.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Staged(_) | Self::RollingBack { .. })
    }
}

impl Staged {
    pub(super) fn begin(source: Option<String>) -> Self {
        Self {
            stage: Stage::PreScaleUp,
            entered: Instant::now(),
            step: 1,
            shifted: None,
            source,
        }
    }
}

impl Runner {
    /// The id of the deployment whose tasks serve before a new deployment begins.
    pub(super) fn source(&self) -> Option<String> {
        let good = self.last_good.as_ref()?;
        let mut older = self.older.iter();
        older
            .find(|older| older.id() == good.id())
            .map(|older| older.id().to_owned())
    }

    /// How many tasks each deployment should have, unless tasks are replaced one by one.
    pub(super) fn counts(&self, wanted: &DesiredState) -> Option<Counts> {
        let primary = self.deployment.id().to_owned();
        let counts = match &self.progress {
            Progress::Staged(staged) => {
                let starts = !matches!(staged.stage, Stage::ReconcileService | Stage::PreScaleUp);
                let mut counts = vec![(primary, if starts { wanted.desired } else { 0 })];
                if staged.stage != Stage::CleanUp
                    && let Some(source) = &staged.source
                {
                    counts.push((source.clone(), wanted.desired));
                }
                counts
            }
            Progress::RollingBack { staged: true, .. } => vec![(primary, wanted.desired)],
            _ => return None,
        };
        Some(Counts { counts })
    }

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

    /// All traffic goes to the source again, and the tasks of other revisions end.
    fn reconcile_service(&mut self, staged: &Staged) -> Step {
        if staged.shifted.is_none() {
            let mut older = self.older.iter();
            let source = older.find(|one| staged.source.as_deref() == Some(one.id()));
            if let Some(source) = source.cloned()
                && let Err(reason) = self.send_all_traffic_to(&source)
            {
                return Step::Failed(Failure::other(reason));
            }
            self.note_shift();
        }
        let is_stale = |deployment: &str| staged.source.as_deref() != Some(deployment);
        if self.count(|task| is_stale(&task.deployment)) > 0 || !self.draining.is_empty() {
            return Step::Wait;
        }
        self.older
            .retain(|older| staged.source.as_deref() == Some(older.id()));
        Step::Next(Stage::PreScaleUp)
    }

    fn shift_test_traffic(&mut self) -> Step {
        match self.shift(Rules::Test, &self.deployment.clone(), 100.0) {
            Ok(()) => {
                self.attempt.test = 100.0;
                Step::Next(Stage::PostTestTrafficShift)
            }
            Err(reason) => Step::Failed(Failure::other(reason)),
        }
    }

    fn shift_production_traffic(&mut self, staged: &Staged, wanted: &DesiredState) -> Step {
        // Without an old revision nothing else can serve.
        let (percent, bake) = if staged.source.is_some() {
            share(wanted.strategy, staged.step)
        } else {
            (100.0, Duration::ZERO)
        };
        let Some(shifted) = staged.shifted else {
            return match self.shift(Rules::Production, &self.deployment.clone(), percent) {
                Ok(()) => {
                    self.attempt.production = percent;
                    self.note_shift();
                    Step::Wait
                }
                Err(reason) => Step::Failed(Failure::other(reason)),
            };
        };
        if percent >= 100.0 {
            Step::Next(Stage::PostProductionTrafficShift)
        } else if shifted.elapsed() >= self.account.pace.shrink(bake) {
            Step::Next(Stage::PreProductionTrafficShift)
        } else {
            Step::Wait
        }
    }

    fn note_shift(&mut self) {
        self.attempt.updated = seconds();
        if let Progress::Staged(staged) = &mut self.progress {
            staged.shifted = Some(Instant::now());
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

/// The share of the production traffic, in percent, that the new revision has after the given number
/// of shifts, and how long it keeps this share.
fn share(strategy: Strategy, step: u32) -> (f64, Duration) {
    match strategy {
        Strategy::Linear { percent, bake } => {
            ((percent * f64::from(step)).min(100.0), minutes(bake))
        }
        Strategy::Canary { percent, bake } if step == 1 => (percent, minutes(bake)),
        _ => (100.0, Duration::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_strategy_shifts_traffic_in_its_steps() {
        let linear = Strategy::Linear {
            percent: 40.0,
            bake: 6,
        };
        let canary = Strategy::Canary {
            percent: 0.1,
            bake: 10,
        };
        let shares =
            |strategy| -> Vec<f64> { (1..4).map(|step| share(strategy, step).0).collect() };
        for (strategy, expected) in [
            (Strategy::BlueGreen, [100.0, 100.0, 100.0]),
            (linear, [40.0, 80.0, 100.0]),
            (canary, [0.1, 100.0, 100.0]),
        ] {
            let shares = shares(strategy);
            let same = shares
                .iter()
                .zip(expected)
                .all(|(one, other)| (one - other).abs() < 1e-9);
            assert!(same, "{strategy:?}: {shares:?}");
        }
        assert_eq!(share(linear, 1).1, Duration::from_mins(6));
    }

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
