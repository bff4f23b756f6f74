//! The records of services and tasks that the API shows. Stopped ones are kept about as long as ECS
//! shows them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::task_definition::ContainerDefinition;
use crate::aws::seconds;
use crate::services::elb::Target;

/// ECS shows the last 100 events of a service.
const EVENTS: usize = 100;

/// How many stopped tasks are shown. ECS shows them for one hour instead.
const STOPPED_TASKS: usize = 100;

/// Services and tasks, by ARN.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) services: BTreeMap<String, ServiceRecord>,
    /// The oldest first.
    pub(super) tasks: Vec<TaskRecord>,
}

/// A service as `DescribeServices` shows it.
#[derive(Default)]
pub(super) struct ServiceRecord {
    pub(super) desired: u64,
    /// The primary one first.
    pub(super) deployments: Vec<DeploymentRecord>,
    /// The newest first.
    pub(super) events: VecDeque<ServiceEvent>,
}

pub(super) struct ServiceEvent {
    pub(super) id: String,
    pub(super) time: f64,
    pub(super) message: String,
}

/// A deployment of a service.
#[derive(Debug, Clone)]
pub(super) struct DeploymentRecord {
    pub(super) id: String,
    pub(super) definition: String,
    pub(super) failed: u64,
    pub(super) state: RolloutState,
    pub(super) created: f64,
    pub(super) updated: f64,
}

/// How far a deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RolloutState {
    InProgress,
    Completed,
    Failed,
}

impl DeploymentRecord {
    pub(super) fn new(definition: &str) -> Self {
        let number: u64 = rand::random();
        Self {
            id: format!("ecs-svc/{:019}", number % 10_u64.pow(19)),
            definition: definition.to_owned(),
            failed: 0,
            state: RolloutState::InProgress,
            created: seconds(),
            updated: seconds(),
        }
    }

    pub(super) fn move_to(&mut self, state: RolloutState) {
        self.state = state;
        self.updated = seconds();
    }
}

/// A task, running or stopped.
pub(super) struct TaskRecord {
    pub(super) id: String,
    pub(super) service: String,
    pub(super) definition: String,
    /// A copy of the container definition. A stopped task is still described after its task
    /// definition is deleted.
    pub(super) container: ContainerDefinition,
    pub(super) started: f64,
    pub(super) target: Option<Arc<Target>>,
    pub(super) stopped: Option<Stopped>,
}

/// How a task ended.
#[derive(Debug, Clone)]
pub(super) struct Stopped {
    pub(super) time: f64,
    pub(super) code: StopCode,
    pub(super) reason: String,
    /// `None` while the process still runs.
    pub(super) exit_code: Option<i32>,
}

/// Who stopped a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopCode {
    TaskFailedToStart,
    EssentialContainerExited,
    ServiceScheduler,
    UserInitiated,
}

impl Ledger {
    pub(super) fn event(&mut self, service: &str, message: String) {
        let record = self.services.entry(service.to_owned()).or_default();
        record.events.truncate(EVENTS - 1);
        record.events.push_front(ServiceEvent {
            id: uuid::Uuid::new_v4().to_string(),
            time: seconds(),
            message,
        });
    }

    pub(super) fn started(&mut self, task: TaskRecord) {
        let stopped = self
            .tasks
            .iter()
            .filter(|task| task.stopped.is_some())
            .count();
        if stopped > STOPPED_TASKS
            && let Some(oldest) = self.tasks.iter().position(|task| task.stopped.is_some())
        {
            self.tasks.remove(oldest);
        }
        self.tasks.push(task);
    }

    /// Records that a task stops, and why; its exit code follows with [`Self::exited`].
    pub(super) fn stopping(&mut self, id: &str, code: StopCode, reason: &str) {
        if let Some(task) = self.tasks.iter_mut().find(|task| task.id == id) {
            task.stopped = Some(Stopped {
                time: seconds(),
                code,
                reason: reason.to_owned(),
                exit_code: None,
            });
        }
    }

    pub(super) fn exited(&mut self, id: &str, exit_code: i32) {
        let stopped = self
            .tasks
            .iter_mut()
            .find(|task| task.id == id)
            .and_then(|task| task.stopped.as_mut());
        if let Some(stopped) = stopped {
            stopped.exit_code = Some(exit_code);
        }
    }
}
