//! The records of services and tasks that the API shows. Stopped ones are kept about as long as ECS
//! shows them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::alone::Alone;
use super::overrides::Overrides;
use super::service_deployment::{ServiceDeployment, ServiceRevision};
use super::task_definition::ContainerDefinition;
use crate::account::Account;
use crate::aws::seconds;
use crate::services::ec2::Interface;
use crate::services::elb::Target;

/// ECS shows the last 100 events of a service.
const EVENTS: usize = 100;

/// How many service deployments and revisions are kept. ECS keeps those of 90 days instead.
const DEPLOYMENTS: usize = 100;

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
    /// The newest first.
    pub(super) history: VecDeque<ServiceDeployment>,
    /// The newest first.
    pub(super) revisions: VecDeque<ServiceRevision>,
}

impl ServiceRecord {
    /// Records the current state of a service deployment.
    pub(super) fn note(&mut self, deployment: &ServiceDeployment) {
        let mut known = self.history.iter_mut();
        if let Some(known) = known.find(|known| known.id == deployment.id) {
            known.clone_from(deployment);
            return;
        }
        self.history.truncate(DEPLOYMENTS - 1);
        self.history.push_front(deployment.clone());
    }

    /// Records a revision.
    pub(super) fn add(&mut self, revision: ServiceRevision) {
        self.revisions.truncate(DEPLOYMENTS - 1);
        self.revisions.push_front(revision);
    }
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
    /// How many tasks it should have now.
    pub(super) desired: u64,
    pub(super) failed: u64,
    pub(super) state: RolloutState,
    /// Why it has this state.
    pub(super) reason: String,
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
        let id = format!("ecs-svc/{:019}", number % 10_u64.pow(19));
        Self {
            definition: definition.to_owned(),
            desired: 0,
            failed: 0,
            state: RolloutState::InProgress,
            reason: format!("ECS deployment {id} in progress."),
            id,
            created: seconds(),
            updated: seconds(),
        }
    }

    /// The number of the service revision that it deploys.
    pub(super) fn revision(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or(&self.id)
    }

    pub(super) fn move_to(&mut self, state: RolloutState, reason: String) {
        self.state = state;
        self.reason = reason;
        self.updated = seconds();
    }

    pub(super) fn complete(&mut self) {
        let reason = format!("ECS deployment {} completed.", self.id);
        self.move_to(RolloutState::Completed, reason);
    }
}

/// A task, running or stopped.
#[derive(Default)]
pub(super) struct TaskRecord {
    pub(super) id: String,
    /// The ARN of its service; empty if it has none.
    pub(super) service: String,
    /// The id of the deployment that started it.
    pub(super) deployment: String,
    pub(super) definition: String,
    /// Whether ECS Exec was on when it was started.
    pub(super) executes: bool,
    pub(super) containers: Vec<ContainerRecord>,
    pub(super) created: f64,
    /// When all its containers had started.
    pub(super) started: Option<f64>,
    pub(super) interface: Option<Interface>,
    pub(super) target: Option<Arc<Target>>,
    pub(super) stopped: Option<Stopped>,
    /// How `RunTask` started it, if no service runs it.
    pub(super) alone: Option<Alone>,
    /// What the local AWS has found out about its program.
    pub(super) hint: Option<String>,
}

/// How a task ended.
#[derive(Debug, Clone)]
pub(super) struct Stopped {
    pub(super) time: f64,
    pub(super) code: StopCode,
    pub(super) reason: String,
    /// When its last container had ended.
    pub(super) ended: Option<f64>,
}

/// A container of a task.
pub(super) struct ContainerRecord {
    /// `TASK-NUMBER`, as on Fargate.
    pub(super) id: String,
    /// A copy: a stopped task is still described after its task definition is deleted.
    pub(super) definition: ContainerDefinition,
    /// The digest of its image.
    pub(super) digest: Option<String>,
    /// `PENDING`, `RUNNING` or `STOPPED`.
    pub(super) state: &'static str,
    /// `UNKNOWN`, `HEALTHY` or `UNHEALTHY`.
    pub(super) health: &'static str,
    pub(super) exit_code: Option<i32>,
    pub(super) reason: Option<String>,
    /// The process of its program.
    pub(super) program: Option<u32>,
    pub(super) started: Option<f64>,
    pub(super) finished: Option<f64>,
    /// How often its restart policy has started it again.
    pub(super) restarts: u32,
}

impl ContainerRecord {
    /// The container of a task that has not started.
    pub(super) fn new(task_id: &str, definition: ContainerDefinition) -> Self {
        let number: u32 = rand::random();
        Self {
            id: format!("{task_id}-{number:010}"),
            definition,
            digest: None,
            state: "PENDING",
            health: "UNKNOWN",
            exit_code: None,
            reason: None,
            program: None,
            started: None,
            finished: None,
            restarts: 0,
        }
    }
}

impl TaskRecord {
    /// The name of its cluster; the ARNs of services end with `service/CLUSTER/NAME`.
    pub(super) fn cluster(&self) -> &str {
        match &self.alone {
            Some(alone) => &alone.cluster,
            None => self.service.rsplit('/').nth(1).unwrap_or(""),
        }
    }

    pub(super) fn arn(&self, account: &Account) -> String {
        account.arn("ecs", &format!("task/{}/{}", self.cluster(), self.id))
    }

    /// Whether one of its containers may still run.
    pub(super) fn is_active(&self) -> bool {
        let stopped = self.stopped.as_ref();
        stopped.is_none_or(|stopped| stopped.ended.is_none())
    }

    /// The status, in ECS's words.
    pub(super) fn status(&self) -> &'static str {
        match &self.stopped {
            Some(stopped) if stopped.ended.is_some() => "STOPPED",
            Some(_) => "DEACTIVATING",
            None if self.started.is_some() => "RUNNING",
            None if self.interface.is_some() => "PENDING",
            None => "PROVISIONING",
        }
    }

    /// The health of its containers: that of the essential ones that are checked.
    pub(super) fn health(&self) -> &'static str {
        let mut checked = self
            .containers
            .iter()
            .filter(|container| {
                container.definition.is_essential() && container.definition.health_check.is_some()
            })
            .peekable();
        if checked.peek().is_none() {
            return "UNKNOWN";
        }
        let all: Vec<&str> = checked.map(|container| container.health).collect();
        ["UNHEALTHY", "UNKNOWN"]
            .into_iter()
            .find(|worse| all.contains(worse))
            .unwrap_or("HEALTHY")
    }
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

    /// Records that a task stops, and why; its end follows with [`Self::ended`]. A task that has ended
    /// in the meantime stays as it is.
    pub(super) fn stopping(&mut self, id: &str, code: StopCode, reason: &str) {
        if let Some(task) = self.task(id)
            && task.is_active()
        {
            task.stopped = Some(Stopped {
                time: seconds(),
                code,
                reason: reason.to_owned(),
                ended: None,
            });
        }
    }

    /// The id of a container.
    pub(super) fn container_id(&mut self, task: &str, name: &str) -> String {
        let mut id = String::new();
        self.container(task, name, |container| id.clone_from(&container.id));
        id
    }

    /// Changes the record of a container.
    pub(super) fn container(
        &mut self,
        task: &str,
        name: &str,
        change: impl FnOnce(&mut ContainerRecord),
    ) {
        let task = self.task(task);
        let mut containers = task.into_iter().flat_map(|task| &mut task.containers);
        if let Some(container) = containers.find(|container| container.definition.name() == name) {
            change(container);
        }
    }

    /// Records the network interface of a task.
    pub(super) fn attached(&mut self, id: &str, interface: &Interface) {
        if let Some(task) = self.task(id) {
            task.interface = Some(interface.clone());
        }
    }

    /// Records that all containers of a task have started.
    pub(super) fn running(&mut self, id: &str) {
        if let Some(task) = self.task(id) {
            task.started = Some(seconds());
        }
    }

    /// Records the target of a task.
    pub(super) fn registered(&mut self, id: &str, target: &Arc<Target>) {
        if let Some(task) = self.task(id) {
            task.target = Some(Arc::clone(target));
        }
    }

    /// The programs of the containers of a task that run.
    pub(super) fn programs(&self, id: &str) -> Vec<u32> {
        let task = self.tasks.iter().find(|task| task.id == id);
        let containers = task.into_iter().flat_map(|task| &task.containers);
        let running = containers.filter(|container| container.state == "RUNNING");
        running.filter_map(|container| container.program).collect()
    }

    /// The health of the containers of a task, in ECS's words.
    pub(super) fn health(&self, id: &str) -> &'static str {
        let task = self.tasks.iter().find(|task| task.id == id);
        task.map_or("UNKNOWN", TaskRecord::health)
    }

    /// The overrides of a task that `RunTask` has started.
    pub(super) fn overrides(&self, id: &str) -> Option<Overrides> {
        let task = self.tasks.iter().find(|task| task.id == id)?;
        Some(task.alone.as_ref()?.overrides.clone())
    }

    /// Records a hint about the program of a task, also as an event of its service.
    pub(super) fn hint(&mut self, id: &str, hint: &str) {
        let Some(task) = self.task(id) else { return };
        task.hint = Some(hint.to_owned());
        let service = task.service.clone();
        if !service.is_empty() {
            self.event(&service, format!("(local) task {id}: {hint}"));
        }
    }

    /// How many tasks of a service run and are about to run, of one deployment or of all.
    pub(super) fn counts(&self, service: &str, deployment: Option<&str>) -> (usize, usize) {
        let tasks = self.tasks.iter();
        let own = tasks.filter(|task| {
            task.service == service
                && task.stopped.is_none()
                && deployment.is_none_or(|deployment| task.deployment == deployment)
        });
        let (running, pending): (Vec<_>, Vec<_>) = own.partition(|task| task.started.is_some());
        (running.len(), pending.len())
    }

    fn task(&mut self, id: &str) -> Option<&mut TaskRecord> {
        self.tasks.iter_mut().find(|task| task.id == id)
    }

    /// Records the end of a task. What was recorded when it began to stop stays.
    pub(super) fn ended(&mut self, id: &str, code: StopCode, reason: &str) {
        let Some(task) = self.task(id) else { return };
        let stopped = task.stopped.get_or_insert_with(|| Stopped {
            time: seconds(),
            code,
            reason: reason.to_owned(),
            ended: None,
        });
        stopped.ended = Some(seconds());
        for container in &mut task.containers {
            container.state = "STOPPED";
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_ends_while_it_is_to_be_stopped_stays_ended() {
        let mut ledger = Ledger::default();
        ledger.started(TaskRecord {
            id: "a".into(),
            ..TaskRecord::default()
        });
        ledger.ended("a", StopCode::EssentialContainerExited, "it exited");
        ledger.stopping("a", StopCode::UserInitiated, "a user");
        let task = &ledger.tasks[0];
        assert_eq!(task.status(), "STOPPED");
        assert_eq!(task.stopped.as_ref().unwrap().reason, "it exited");
    }
}
