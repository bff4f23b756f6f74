//! Pause hooks, and what users ask of a running deployment: to continue, or to stop.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html>.

use std::time::Duration;

use super::desired_state::minutes;
use super::rollback::Failure;
use super::{DesiredState, Runner};
use crate::aws::seconds;
use crate::services::ecs::running::Order;
use crate::services::ecs::service_deployment::{Hook, HookStatus, Stage, Status, random_id};

/// The shortest time limit of a hook at any pace: whoever continues a deployment acts in real time.
const SHORTEST: Duration = Duration::from_secs(5);

/// How many characters the random part of a hook's id has.
const ID: usize = 43;

impl Runner {
    /// Makes the hooks of the stage that the deployment has reached.
    pub(super) fn pause_at(&mut self, stage: Stage, wanted: &DesiredState) {
        let name = stage.name();
        let hooks = wanted.hooks.iter().filter(|hook| {
            hook.is_pause() && hook.lifecycle_stages.iter().any(|stage| stage == name)
        });
        self.attempt.hooks = hooks
            .map(|hook| {
                let limit = &hook.timeout_configuration;
                let time = minutes(limit.timeout_in_minutes);
                let time = self.account.pace.shrink(time).max(SHORTEST);
                Hook {
                    id: format!("ecs-pause-{}", random_id(ID)),
                    status: HookStatus::AwaitingAction,
                    expires: seconds() + time.as_secs_f64(),
                    continues: limit.action == "CONTINUE",
                }
            })
            .collect();
    }

    /// Whether the deployment waits for a hook of the stage.
    ///
    /// # Errors
    /// The failure, if a hook rolls the deployment back.
    pub(super) fn paused(&mut self, stage: Stage) -> Result<bool, Failure> {
        let stage = stage.name();
        for hook in &mut self.attempt.hooks {
            match hook.status {
                HookStatus::AwaitingAction if seconds() < hook.expires => return Ok(true),
                HookStatus::AwaitingAction => {
                    hook.status = HookStatus::TimedOut;
                    if !hook.continues {
                        return Err(Failure::other(format!(
                            "Service deployment rolled back because {stage} pause hook timed out."
                        )));
                    }
                }
                HookStatus::Failed => {
                    return Err(Failure::other(format!(
                        "Service deployment rolled back because {stage} lifecycle hook(s) failed."
                    )));
                }
                HookStatus::Succeeded | HookStatus::TimedOut => {}
            }
        }
        Ok(false)
    }

    /// Does what users have asked for.
    pub(super) fn take_orders(&mut self, wanted: &DesiredState) {
        for order in self.account.tasks.orders(&self.attempt.id) {
            match order {
                Order::Continue { hook, roll_back } => {
                    let mut hooks = self.attempt.hooks.iter_mut();
                    if let Some(hook) = hooks.find(|known| known.id == hook) {
                        hook.status = if roll_back {
                            HookStatus::Failed
                        } else {
                            HookStatus::Succeeded
                        };
                    }
                }
                Order::Stop { roll_back } => self.stop_deployment(roll_back, wanted),
            }
        }
    }

    fn stop_deployment(&mut self, roll_back: bool, wanted: &DesiredState) {
        if self.attempt.status != Status::InProgress {
            return;
        }
        if roll_back {
            self.attempt.move_to(Status::RollbackRequested);
            self.publish(wanted);
        }
        let failure = Failure {
            roll_back,
            ..Failure::other(if roll_back {
                "Service deployment rolled back because of a StopServiceDeployment request."
            } else {
                "Service deployment stopped because of a StopServiceDeployment request."
            })
        };
        self.fail(failure, wanted);
    }
}
