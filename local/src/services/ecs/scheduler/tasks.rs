//! Starts missing tasks and stops surplus ones.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::task::JoinError;

use super::deployment::Deployment;
use super::progress::Progress;
use super::registration::Registration;
use super::{DesiredState, Runner};
use crate::aws::{hex_id, seconds};
use crate::services::ecs::ledger::{ContainerRecord, StopCode, TaskRecord};
use crate::services::ecs::task::{self, Launch};
use crate::services::ecs::task_definition;
use crate::services::elb::Health;

/// Health checks run much faster here than on AWS. A program that crashes right after its start
/// could pass one. A task therefore counts as stable only after it has been healthy for 600 ms.
const STABLE_AFTER: Duration = Duration::from_millis(600);

pub(super) struct Task {
    pub(super) id: String,
    /// The id of the deployment that started it.
    pub(super) deployment: String,
    pub(super) running: task::Task,
    pub(super) is_registered: bool,
    pub(super) registrations: Vec<Registration>,
    /// When all its containers had started.
    pub(super) running_since: Option<Instant>,
    pub(super) healthy_since: Option<Instant>,
    /// The health of its containers, in ECS's words.
    pub(super) container_health: &'static str,
    /// Whether it has an essential container with a health check.
    pub(super) is_checked: bool,
    /// Whether it has ever passed its checks.
    pub(super) has_passed: bool,
}

impl Task {
    /// Whether it runs, and the checks of its containers and of the load balancers pass.
    pub(super) fn is_healthy(&self) -> bool {
        let passes = |one: &Registration| one.target.health() == Health::Healthy;
        self.running_since.is_some()
            && self.is_registered
            && (!self.is_checked || self.container_health == "HEALTHY")
            && self.registrations.iter().all(passes)
    }

    /// Whether it has been healthy for [`STABLE_AFTER`].
    pub(super) fn is_stable(&self) -> bool {
        let long_enough = |since: Instant| since.elapsed() >= STABLE_AFTER;
        self.is_healthy() && self.healthy_since.is_some_and(long_enough)
    }
}

impl Runner {
    pub(super) fn count(&self, test: impl Fn(&Task) -> bool) -> u64 {
        self.tasks.iter().filter(|task| test(task)).count() as u64
    }

    fn tasks_of(&self, deployment: &str) -> u64 {
        self.count(|task| task.deployment == deployment)
    }

    /// Starts the missing tasks: those of each deployment while traffic is shifted, or else those of
    /// the primary one, at most up to the maximum percent.
    pub(super) fn start_missing(&mut self, wanted: &DesiredState) {
        let is_halted = matches!(self.progress, Progress::Halted) || !wanted.on_fargate;
        if is_halted || Instant::now() < self.next_start {
            return;
        }
        if let Some(counts) = self.counts(wanted) {
            let all = std::iter::once(&self.deployment).chain(&self.older);
            for deployment in all.cloned().collect::<Vec<_>>() {
                while self.tasks_of(deployment.id()) < counts.of(deployment.id()) {
                    self.start(&deployment, wanted);
                }
            }
            return;
        }
        let most = (wanted.desired * wanted.maximum_percent / 100).max(1);
        while self.tasks_of(self.deployment.id()) < wanted.desired
            && (self.tasks.len() as u64) < most
        {
            self.start(&self.deployment.clone(), wanted);
        }
    }

    /// Records and launches a task.
    fn start(&mut self, deployment: &Deployment, wanted: &DesiredState) {
        let id = hex_id(32);
        let definition = deployment.spec.definition.clone();
        self.event(&format!("has started 1 tasks: (task {id})."));
        let containers = task_definition::find(&self.account, &definition).unwrap_or_default();
        let containers = containers.container_definitions;
        let is_checked = containers
            .iter()
            .any(|one| one.is_essential() && one.health_check.is_some());
        let containers = containers
            .into_iter()
            .map(|one| ContainerRecord::new(&id, one));
        self.account.tasks.ledger().started(TaskRecord {
            id: id.clone(),
            service: self.arn.clone(),
            deployment: deployment.id().to_owned(),
            definition: definition.clone(),
            executes: wanted.executes,
            containers: containers.collect(),
            created: seconds(),
            started: None,
            interface: None,
            target: None,
            stopped: None,
            ..TaskRecord::default()
        });
        let launch = Launch {
            id: id.clone(),
            cluster: self.cluster().to_owned(),
            definition,
            placement: deployment.spec.placement.clone(),
        };
        self.tasks.push(Task {
            id,
            deployment: deployment.id().to_owned(),
            running: task::launch(&self.account, launch),
            is_registered: false,
            registrations: Vec::new(),
            running_since: None,
            healthy_since: None,
            container_health: "UNKNOWN",
            is_checked,
            has_passed: false,
        });
    }

    /// Stops surplus tasks.
    pub(super) fn stop_surplus(&mut self, wanted: &DesiredState) {
        while let Some(index) = self.surplus(wanted) {
            let task = self.tasks.swap_remove(index);
            self.event(&format!("has stopped 1 running tasks: (task {}).", task.id));
            let reason = format!(
                "Scaling activity initiated by (deployment {})",
                self.deployment.id()
            );
            self.stop(task, &reason);
        }
    }

    /// A task to stop: one that its deployment has too many of, or an old one as long as enough
    /// healthy ones remain.
    fn surplus(&self, wanted: &DesiredState) -> Option<usize> {
        if matches!(self.progress, Progress::Halted) {
            return None;
        }
        if let Some(counts) = self.counts(wanted) {
            let has_too_many = |id: &str| self.tasks_of(id) > counts.of(id);
            let surplus = |index: &usize| has_too_many(&self.tasks[*index].deployment);
            let all = (0..self.tasks.len()).filter(surplus);
            return all.min_by_key(|index| self.tasks[*index].is_healthy());
        }
        let least = (wanted.desired * wanted.minimum_percent).div_ceil(100);
        let healthy = self.count(Task::is_stable);
        let current = self.tasks_of(self.deployment.id());
        self.tasks.iter().position(|task| {
            let old = task.deployment != self.deployment.id() || current > wanted.desired;
            old && (!task.is_healthy() || healthy > least)
        })
    }

    /// Ends the containers of a task that has drained. A rollout does not wait for that, as on AWS.
    pub(super) fn end(&mut self, drained: Result<task::Task, JoinError>) {
        // An error means that the local AWS ends.
        if let Ok(task) = drained {
            self.stopping.spawn(task.stop());
        }
    }

    /// Deregisters the task, then ends its containers, in the background.
    pub(super) fn stop(&mut self, task: Task, reason: &str) {
        self.account
            .tasks
            .ledger()
            .stopping(&task.id, StopCode::ServiceScheduler, reason);
        if !task.registrations.is_empty() {
            self.event("has begun draining connections on 1 tasks.");
        }
        for one in &task.registrations {
            let group = &one.group;
            self.event(&format!("deregistered 1 targets in (target-group {group})"));
        }
        self.draining.spawn(async move {
            let registrations = task.registrations.iter();
            join_all(registrations.map(|one| one.targets.deregister(&one.target))).await;
            task.running
        });
    }
}
