//! The stages that send traffic elsewhere: to the new revision in steps, or back to the old one.

use std::time::{Duration, Instant};

use super::desired_state::minutes;
use super::progress::{Progress, Staged};
use super::rollback::Failure;
use super::stages::Step;
use super::traffic::Rules;
use super::{DesiredState, Runner};
use crate::aws::seconds;
use crate::services::ecs::deployment_configuration::Strategy;
use crate::services::ecs::service_deployment::Stage;

impl Runner {
    /// All traffic goes to the source again, and the tasks of other revisions end.
    pub(super) fn reconcile_service(&mut self, staged: &Staged) -> Step {
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

    pub(super) fn shift_test_traffic(&mut self) -> Step {
        match self.shift(Rules::Test, &self.deployment.clone(), 100.0) {
            Ok(()) => {
                self.attempt.test = 100.0;
                Step::Next(Stage::PostTestTrafficShift)
            }
            Err(reason) => Step::Failed(Failure::other(reason)),
        }
    }

    pub(super) fn shift_production_traffic(
        &mut self,
        staged: &Staged,
        wanted: &DesiredState,
    ) -> Step {
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
}
