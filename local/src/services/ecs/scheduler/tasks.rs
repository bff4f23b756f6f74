//! Starts missing tasks and stops surplus ones.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{DesiredState, Runner};
use tokio::task::JoinError;

use crate::aws::{hex_id, seconds};
use crate::services::ecs::ledger::{ContainerRecord, StopCode, TaskRecord};
use crate::services::ecs::task::{self, Launch, Stage};
use crate::services::ecs::task_definition;
use crate::services::elb::{Health, Target, Targets};

/// Health checks run much faster here than on AWS. A program that crashes right after its start
/// could pass one. A task therefore counts as stable only after it has been healthy for 600 ms.
const STABLE_AFTER: Duration = Duration::from_millis(600);

pub(super) struct Task {
    pub(super) id: String,
    pub(super) definition: String,
    pub(super) running: task::Task,
    pub(super) registration: Option<(Arc<Targets>, Arc<Target>)>,
    /// When all its containers had started.
    pub(super) running_since: Option<Instant>,
    pub(super) healthy_since: Option<Instant>,
    /// The health of its containers, in ECS's words.
    pub(super) container_health: &'static str,
    /// Whether it has an essential container with a health check.
    pub(super) is_checked: bool,
}

impl Task {
    /// Whether it runs, and the checks of its containers and of the load balancer pass.
    pub(super) fn is_healthy(&self) -> bool {
        let passes = |(_, target): &(_, Arc<Target>)| target.health() == Health::Healthy;
        self.running_since.is_some()
            && (!self.is_checked || self.container_health == "HEALTHY")
            && self.registration.as_ref().is_none_or(passes)
    }

    /// Whether it has been healthy for [`STABLE_AFTER`].
    pub(super) fn is_stable(&self) -> bool {
        let long_enough = |since: Instant| since.elapsed() >= STABLE_AFTER;
        self.is_healthy() && self.healthy_since.is_some_and(long_enough)
    }
}

impl Runner {
    /// Registers the tasks that have started with the load balancer, and records since when each task
    /// has been healthy.
    pub(super) fn note_health(&mut self, wanted: &DesiredState) {
        let group = wanted.target_group.as_deref();
        let targets = group.and_then(|arn| self.account.balancers.targets(arn));
        for task in &mut self.tasks {
            if let Stage::Running(address) = task.running.stage()
                && task.running_since.is_none()
            {
                task.running_since = Some(Instant::now());
                task.registration = targets.clone().map(|targets| {
                    let address = SocketAddr::from((address, wanted.port));
                    let target = targets.register(address);
                    self.account.tasks.ledger().registered(&task.id, &target);
                    (targets, target)
                });
            }
            task.container_health = self.account.tasks.ledger().health(&task.id);
            let since = task.healthy_since.unwrap_or_else(Instant::now);
            task.healthy_since = task.is_healthy().then_some(since);
        }
    }

    pub(super) fn count(&self, test: impl Fn(&Task) -> bool) -> u64 {
        self.tasks.iter().filter(|task| test(task)).count() as u64
    }

    /// Starts the missing tasks of the deployment, at most up to the maximum percent.
    pub(super) fn start_missing(&mut self, wanted: &DesiredState) {
        if Instant::now() < self.next_start || !wanted.on_fargate {
            return;
        }
        let most = (wanted.desired * wanted.maximum_percent / 100).max(1);
        while self.count(|task| task.definition == self.deployment.definition) < wanted.desired
            && (self.tasks.len() as u64) < most
        {
            self.start(wanted);
        }
    }

    /// Records and launches a task.
    fn start(&mut self, wanted: &DesiredState) {
        let id = hex_id(32);
        let definition = self.deployment.definition.clone();
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
            definition: definition.clone(),
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
            definition: definition.clone(),
            placement: wanted.placement.clone(),
        };
        self.tasks.push(Task {
            id,
            definition,
            running: task::launch(&self.account, launch),
            registration: None,
            running_since: None,
            healthy_since: None,
            container_health: "UNKNOWN",
            is_checked,
        });
    }

    /// Stops old tasks as long as enough healthy ones remain, and those above the desired count.
    pub(super) fn stop_surplus(&mut self, wanted: &DesiredState) {
        let least = (wanted.desired * wanted.minimum_percent).div_ceil(100);
        loop {
            let healthy = self.count(Task::is_stable);
            let current = self.count(|task| task.definition == self.deployment.definition);
            let surplus = self.tasks.iter().position(|task| {
                let old = task.definition != self.deployment.definition || current > wanted.desired;
                old && (!task.is_healthy() || healthy > least)
            });
            let Some(index) = surplus else { return };
            let task = self.tasks.swap_remove(index);
            self.event(&format!("has stopped 1 running tasks: (task {}).", task.id));
            let reason = format!(
                "Scaling activity initiated by (deployment {})",
                self.deployment.id
            );
            self.stop(task, &reason);
        }
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
        self.draining.spawn(async move {
            if let Some((targets, target)) = task.registration {
                targets.deregister(&target).await;
            }
            task.running
        });
    }
}
