//! How far the newest deployment of a service is, and how many tasks each deployment then has.

use std::time::Instant;

use super::rollback::Failure;
use super::{DesiredState, Runner};
use crate::services::ecs::service_deployment::Stage;

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
    pub(super) entered: Instant,
    /// The number of the next traffic shift, from 1.
    pub(super) step: u32,
    /// When the traffic of this step was shifted.
    pub(super) shifted: Option<Instant>,
    /// The id of the deployment that serves.
    pub(super) source: Option<String>,
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
}
