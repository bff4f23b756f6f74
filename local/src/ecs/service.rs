//! The life of one service: its deployment, its tasks, and the circuit breaker.

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deploy::render::Shown;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::ledger::{DeploymentRecord, RolloutState, StopCode, TaskRecord};
use super::process::{self, Process};
use crate::account::{Account, seconds};
use crate::elb::{Health, Target, TargetGroup};

/// How often the service looks at its tasks.
const TICK: Duration = Duration::from_millis(25);
/// On AWS a program that ends as soon as it has read its configuration is gone before the first
/// health checks have passed; here these come so fast that a rollout waits a little longer.
const PROOF: Duration = Duration::from_millis(600);

/// What a service is asked to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) task_definition: String,
    pub(super) desired: u64,
    /// The share of the desired tasks that must stay healthy during a deployment, in percent.
    pub(super) minimum_percent: u64,
    /// The share of the desired tasks that may run during a deployment, in percent.
    pub(super) maximum_percent: u64,
    pub(super) circuit_breaker: bool,
    pub(super) roll_back: bool,
    pub(super) target_group: Option<String>,
    pub(super) grace: Duration,
    pub(super) stopped: bool,
}

/// How a rollout stands, and what it rolls out.
#[derive(Debug, Clone)]
pub(super) struct Rollout {
    wanted: Wanted,
    outcome: Option<Result<(), String>>,
}

impl Rollout {
    /// Whether what is `wanted` has been reached or given up.
    pub(super) fn is_settled(&self, wanted: &Wanted) -> bool {
        self.wanted == *wanted && self.outcome.is_some()
    }

    /// Why the rollout was given up.
    pub(super) fn failure(&self) -> Option<&str> {
        self.outcome.as_ref()?.as_ref().err().map(String::as_str)
    }
}

/// Starts a service. It ends when it is told to stop and its last task has ended; the receiver
/// then sees the sender's end.
pub(super) fn start(
    account: Arc<Account>,
    arn: &str,
    wanted: &Wanted,
) -> (watch::Sender<Wanted>, watch::Receiver<Rollout>) {
    let (wanted_sender, wanted_receiver) = watch::channel(wanted.clone());
    let (rollout, rollout_receiver) = watch::channel(Rollout {
        wanted: wanted.clone(),
        outcome: None,
    });
    let service = Service {
        account,
        arn: arn.to_owned(),
        name: arn.rsplit('/').next().unwrap_or(arn).to_owned(),
        deployment: DeploymentRecord::new(&wanted.task_definition),
        older: Vec::new(),
        last_good: None,
        failures: 0,
        tasks: Vec::new(),
        stopping: JoinSet::new(),
        next_start: Instant::now(),
        rollout,
    };
    tokio::spawn(service.run(wanted_receiver));
    (wanted_sender, rollout_receiver)
}

struct Service {
    account: Arc<Account>,
    arn: String,
    name: String,
    /// The primary deployment.
    deployment: DeploymentRecord,
    /// Deployments that it has replaced, as long as they have tasks; the last failed one stays.
    older: Vec<DeploymentRecord>,
    /// The task definition of the last deployment that was completed.
    last_good: Option<String>,
    /// Tasks of this deployment that failed.
    failures: u64,
    tasks: Vec<Task>,
    stopping: JoinSet<()>,
    /// A service whose tasks keep failing starts new ones at longer intervals.
    next_start: Instant,
    rollout: watch::Sender<Rollout>,
}

struct Task {
    id: String,
    definition: String,
    process: Process,
    registration: Option<(Arc<TargetGroup>, Arc<Target>)>,
    started: Instant,
}

impl Task {
    fn is_healthy(&self) -> bool {
        self.registration
            .as_ref()
            .is_none_or(|(_, target)| target.health() == Health::Healthy)
    }

    /// Whether it is healthy, and has run for so long that it will not end at once.
    fn is_proven(&self) -> bool {
        self.is_healthy() && self.started.elapsed() >= PROOF
    }
}

impl Service {
    async fn run(mut self, mut wanted: watch::Receiver<Wanted>) {
        loop {
            let now = wanted.borrow_and_update().clone();
            if now.stopped {
                break;
            }
            self.adopt(&now);
            self.bury(&now);
            self.start_missing(&now).await;
            self.stop_surplus(&now);
            self.judge(&now);
            self.publish(&now);
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                _ = wanted.changed() => {}
                Some(_) = self.stopping.join_next() => {}
            }
        }
        for task in std::mem::take(&mut self.tasks) {
            self.stop(
                task,
                "Scaling activity initiated by deletion of the service",
            );
        }
        while self.stopping.join_next().await.is_some() {}
        self.account.tasks.ledger().services.remove(&self.arn);
    }

    /// Shows the service as it stands to those who look.
    fn publish(&self, wanted: &Wanted) {
        let mut ledger = self.account.tasks.ledger();
        let record = ledger.services.entry(self.arn.clone()).or_default();
        record.desired = wanted.desired;
        record.deployments = std::iter::once(&self.deployment)
            .chain(&self.older)
            .cloned()
            .collect();
    }

    fn event(&self, what: &str) {
        let message = format!("(service {}) {what}", self.name);
        tracing::info!("{}", Shown(&message));
        self.account.tasks.ledger().event(&self.arn, message);
    }

    /// Begins a new deployment where another task definition is wanted.
    fn adopt(&mut self, wanted: &Wanted) {
        let same = self.rollout.borrow().wanted == *wanted;
        if same {
            return;
        }
        if self.deployment.definition != wanted.task_definition {
            self.replace_deployment(&wanted.task_definition);
        }
        self.deployment.move_to(RolloutState::InProgress);
        self.failures = 0;
        self.next_start = Instant::now();
        self.rollout.send_replace(Rollout {
            wanted: wanted.clone(),
            outcome: None,
        });
    }

    fn replace_deployment(&mut self, definition: &str) {
        let replaced = std::mem::replace(&mut self.deployment, DeploymentRecord::new(definition));
        self.older.insert(0, replaced);
    }

    /// Takes out the tasks that have ended or that the load balancer gave up.
    fn bury(&mut self, wanted: &Wanted) {
        for index in (0..self.tasks.len()).rev() {
            let task = &mut self.tasks[index];
            if let Some(status) = task.process.ended() {
                let task = self.tasks.swap_remove(index);
                let is_rolling_out = self.rollout.borrow().outcome.is_none();
                let was_healthy = if is_rolling_out {
                    task.is_proven()
                } else {
                    task.is_healthy()
                };
                if let Some((group, target)) = &task.registration {
                    group.remove(target);
                }
                self.exited(&task, was_healthy, status);
                continue;
            }
            let grace_over = task.started.elapsed() > self.account.pace.shrink(wanted.grace);
            let sick = task
                .registration
                .as_ref()
                .filter(|(_, target)| target.health() == Health::Unhealthy);
            if let Some((_, target)) = sick.filter(|_| grace_over) {
                let group = wanted.target_group.as_deref().unwrap_or_default();
                let reason = format!("Task failed ELB health checks in (target-group {group})");
                let why = target.reason();
                self.event(&format!(
                    "(port 8080) is unhealthy in (target-group {group}) due to (reason {why})."
                ));
                let task = self.tasks.swap_remove(index);
                self.lost(
                    &task,
                    false,
                    &format!("it failed the load balancer's health checks: {why}"),
                );
                self.stop(task, &reason);
            }
        }
    }

    fn exited(&mut self, task: &Task, was_healthy: bool, status: ExitStatus) {
        let mut ledger = self.account.tasks.ledger();
        ledger.stopping(
            &task.id,
            StopCode::EssentialContainerExited,
            "Essential container in task exited",
        );
        ledger.exited(&task.id, process::exit_code(status));
        drop(ledger);
        let last = task.process.last_line(&self.account);
        let said = last.map_or_else(String::new, |line| format!(", its last line: {line}"));
        self.lost(
            task,
            was_healthy,
            &format!("its container exited ({status}){said}"),
        );
    }

    fn lost(&mut self, task: &Task, was_healthy: bool, reason: &str) {
        let shown = Shown(reason);
        tracing::warn!("service {}: task {} stopped: {shown}", self.name, task.id);
        self.event(&format!("(task {}) failed: {reason}", task.id));
        // One that was in service is replaced at once; only those that never get there are throttled.
        if !was_healthy {
            self.failed_start(&task.definition);
        }
    }

    /// Counts a failed task and waits longer before the next: at once, then 0.1 s, 0.2 s, at most 5 s.
    fn failed_start(&mut self, task_definition: &str) {
        if task_definition == self.deployment.definition {
            self.failures += 1;
            self.deployment.failed += 1;
            let steps = u32::try_from(self.failures.saturating_sub(2))
                .unwrap_or(u32::MAX)
                .min(6);
            let pause = if self.failures == 1 {
                Duration::ZERO
            } else {
                Duration::from_millis(100) * 2_u32.pow(steps)
            };
            self.next_start = Instant::now() + pause.min(Duration::from_secs(5));
        }
    }

    fn count(&self, test: impl Fn(&Task) -> bool) -> u64 {
        self.tasks.iter().filter(|task| test(task)).count() as u64
    }

    /// Starts tasks of the deployment as far as the maximum percent allows.
    async fn start_missing(&mut self, wanted: &Wanted) {
        if Instant::now() < self.next_start {
            return;
        }
        let most = (wanted.desired * wanted.maximum_percent / 100).max(1);
        while self.count(|task| task.definition == self.deployment.definition) < wanted.desired
            && (self.tasks.len() as u64) < most
        {
            let id = super::task_id();
            match process::start(&self.account, &self.deployment.definition, &id).await {
                Ok(process) => self.took_off(id, process, wanted),
                Err(reason) => {
                    self.unable_to_start(&id, &reason);
                    self.failed_start(&self.deployment.definition.clone());
                    return;
                }
            }
        }
    }

    /// The container of the task definition that is rolled out.
    fn container(&self) -> Value {
        let container = self.account.read(|state| {
            let definition = state.inventory.get(&self.deployment.definition)?;
            let containers = definition.properties.get("ContainerDefinitions")?;
            containers.get(0).cloned()
        });
        container.unwrap_or_default()
    }

    fn unable_to_start(&self, id: &str, reason: &str) {
        let shown = Shown(reason);
        tracing::warn!("service {}: unable to start a task: {shown}", self.name);
        self.event(&format!("was unable to start a task (task {id}): {reason}"));
        let mut ledger = self.account.tasks.ledger();
        ledger.started(self.record(id, None));
        ledger.stopping(id, StopCode::TaskFailedToStart, reason);
        // No program has run: this is the code of one that could not be started.
        ledger.exited(id, 1);
    }

    fn record(&self, id: &str, target: Option<Arc<Target>>) -> TaskRecord {
        TaskRecord {
            id: id.to_owned(),
            service: self.arn.clone(),
            definition: self.deployment.definition.clone(),
            container: self.container(),
            started: seconds(),
            target,
            stopped: None,
        }
    }

    fn took_off(&mut self, id: String, process: Process, wanted: &Wanted) {
        let group = wanted
            .target_group
            .as_deref()
            .and_then(|arn| self.account.balancers.group(arn));
        let registration = group.map(|group| {
            let target = group.register(process.address);
            (group, target)
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
        });
    }

    /// Stops old tasks as far as enough healthy ones stay, and those above the desired count.
    fn stop_surplus(&mut self, wanted: &Wanted) {
        let least = (wanted.desired * wanted.minimum_percent).div_ceil(100);
        loop {
            let healthy = self.count(Task::is_proven);
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
    fn stop(&mut self, task: Task, reason: &str) {
        self.account
            .tasks
            .ledger()
            .stopping(&task.id, StopCode::ServiceScheduler, reason);
        let account = Arc::clone(&self.account);
        self.stopping.spawn(async move {
            if let Some((group, target)) = task.registration {
                group.deregister(&target).await;
            }
            let exit_code = task.process.stop().await;
            account.tasks.ledger().exited(&task.id, exit_code);
        });
    }

    /// Says how the rollout stands: completed, or given up by the circuit breaker.
    fn judge(&mut self, wanted: &Wanted) {
        if self.rollout.borrow().outcome.is_some() {
            self.reset_when_healthy(wanted);
            return;
        }
        let current =
            self.count(|task| task.definition == self.deployment.definition && task.is_proven());
        // A target that still drains keeps its deployment from being complete, as on AWS.
        let is_alone = self.tasks.len() as u64 == wanted.desired && self.stopping.is_empty();
        if current == wanted.desired && is_alone {
            self.last_good = Some(self.deployment.definition.clone());
            self.failures = 0;
            self.deployment.move_to(RolloutState::Completed);
            self.older.clear();
            self.event("has reached a steady state.");
            self.rollout
                .send_modify(|rollout| rollout.outcome = Some(Ok(())));
        } else if wanted.circuit_breaker && self.failures >= breaker_threshold(wanted.desired) {
            self.give_up(wanted);
        }
    }

    fn reset_when_healthy(&mut self, wanted: &Wanted) {
        let stable =
            |task: &Task| task.is_healthy() && task.started.elapsed() > Duration::from_secs(10);
        if self.failures > 0 && self.count(stable) == wanted.desired {
            self.failures = 0;
        }
    }

    fn give_up(&mut self, wanted: &Wanted) {
        let reason = format!("deployment failed: {} tasks failed to start", self.failures);
        self.event(&format!("(deployment {}) {reason}.", self.deployment.id));
        self.deployment.move_to(RolloutState::Failed);
        if wanted.roll_back
            && let Some(good) = self.last_good.clone()
        {
            self.event(&format!("rolling back to {good}."));
            self.replace_deployment(&good);
            self.deployment.move_to(RolloutState::Completed);
        }
        self.failures = 0;
        self.rollout
            .send_modify(|rollout| rollout.outcome = Some(Err(reason)));
    }
}

/// The number of failed tasks that trips the circuit breaker: half of the desired count, at least
/// 3 and at most 200 (ECS developer guide, "Failure threshold").
fn breaker_threshold(desired: u64) -> u64 {
    desired.div_ceil(2).clamp(3, 200)
}

#[cfg(test)]
mod tests {
    use super::breaker_threshold;

    #[test]
    fn the_breaker_trips_as_documented() {
        for (desired, threshold) in [(1, 3), (6, 3), (25, 13), (400, 200), (800, 200)] {
            assert_eq!(breaker_threshold(desired), threshold);
        }
    }
}
