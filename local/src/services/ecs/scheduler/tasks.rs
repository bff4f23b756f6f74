//! Starts missing tasks and stops surplus ones.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deploy::render::Shown;

use super::{DesiredState, Runner};
use crate::aws::{hex_id, seconds};
use crate::services::ecs::ledger::{StopCode, TaskRecord};
use crate::services::ecs::task::{self, Process};
use crate::services::ecs::task_definition::container;
use crate::services::elb::{Health, Target, Targets};

/// Health checks run much faster here than on AWS. A program that crashes right after its start
/// could pass one. A task therefore counts as stable only after it has been healthy for 600 ms.
const STABLE_AFTER: Duration = Duration::from_millis(600);

pub(super) struct Task {
    pub(super) id: String,
    pub(super) definition: String,
    pub(super) process: Process,
    pub(super) registration: Option<(Arc<Targets>, Arc<Target>)>,
    pub(super) started: Instant,
    pub(super) healthy_since: Option<Instant>,
}

impl Task {
    pub(super) fn is_healthy(&self) -> bool {
        self.registration
            .as_ref()
            .is_none_or(|(_, target)| target.health() == Health::Healthy)
    }

    /// Whether it has been healthy for [`STABLE_AFTER`].
    pub(super) fn is_stable(&self) -> bool {
        let long_enough = |since: Instant| since.elapsed() >= STABLE_AFTER;
        self.is_healthy() && self.healthy_since.is_some_and(long_enough)
    }
}

impl Runner {
    /// Records since when each task has been healthy.
    pub(super) fn note_health(&mut self) {
        for task in &mut self.tasks {
            let since = task.healthy_since.unwrap_or_else(Instant::now);
            task.healthy_since = task.is_healthy().then_some(since);
        }
    }

    pub(super) fn count(&self, test: impl Fn(&Task) -> bool) -> u64 {
        self.tasks.iter().filter(|task| test(task)).count() as u64
    }

    /// Starts the missing tasks of the deployment, at most up to the maximum percent.
    pub(super) async fn start_missing(&mut self, wanted: &DesiredState) {
        if Instant::now() < self.next_start {
            return;
        }
        let most = (wanted.desired * wanted.maximum_percent / 100).max(1);
        while self.count(|task| task.definition == self.deployment.definition) < wanted.desired
            && (self.tasks.len() as u64) < most
        {
            let id = hex_id(32);
            match task::start(&self.account, &self.deployment.definition, &id, &wanted.vpc(&self.account), wanted.port).await {
                Ok(process) => self.add(id, process, wanted),
                Err(reason) => {
                    self.record_failed_start(&id, &reason);
                    self.count_failed_start(&self.deployment.definition.clone());
                    return;
                }
            }
        }
    }

    /// Registers the task with the load balancer and records it.
    fn add(&mut self, id: String, process: Process, wanted: &DesiredState) {
        let group = wanted.target_group.as_deref();
        let targets = group.and_then(|arn| self.account.balancers.targets(arn));
        let registration = targets.map(|targets| {
            let target = targets.register(process.address);
            (targets, target)
        });
        tracing::info!(process = process.id(), address = %process.address, "task {id}");
        self.event(&format!("has started 1 tasks: (task {id})."));
        let target = registration.as_ref().map(|(_, target)| Arc::clone(target));
        let record = self.record(&id, target);
        self.account.tasks.ledger().started(record);
        self.tasks.push(Task {
            id,
            definition: self.deployment.definition.clone(),
            process,
            registration,
            started: Instant::now(),
            healthy_since: None,
        });
    }

    fn record_failed_start(&self, id: &str, reason: &str) {
        let shown = Shown(reason);
        tracing::warn!("service {}: unable to start a task: {shown}", self.name);
        self.event(&format!("was unable to start a task (task {id}): {reason}"));
        let record = self.record(id, None);
        let mut ledger = self.account.tasks.ledger();
        ledger.started(record);
        ledger.stopping(id, StopCode::TaskFailedToStart, reason);
        // No program has run. This is the exit code of a program that could not be started.
        ledger.exited(id, 1);
    }

    fn record(&self, id: &str, target: Option<Arc<Target>>) -> TaskRecord {
        TaskRecord {
            id: id.to_owned(),
            service: self.arn.clone(),
            definition: self.deployment.definition.clone(),
            // A task definition that no longer exists has no container to show.
            container: container(&self.account, &self.deployment.definition).unwrap_or_default(),
            started: seconds(),
            target,
            stopped: None,
        }
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

    /// Deregisters the task, then ends its process, in the background.
    pub(super) fn stop(&mut self, task: Task, reason: &str) {
        self.account
            .tasks
            .ledger()
            .stopping(&task.id, StopCode::ServiceScheduler, reason);
        let account = Arc::clone(&self.account);
        self.stopping.spawn(async move {
            if let Some((targets, target)) = task.registration {
                targets.deregister(&target).await;
            }
            let exit_code = task.process.stop().await;
            account.tasks.ledger().exited(&task.id, exit_code);
        });
    }
}
