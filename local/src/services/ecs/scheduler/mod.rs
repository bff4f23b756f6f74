//! The runner of one service: its deployments, its tasks, and what watches over them.
//!
//! An action reaches a runner through its [`Handle`](super::running::Handle), which carries the wanted
//! state. An action on a single task or on a deployment, such as `StopTask`, leaves its request in
//! [`RunningServices`](super::RunningServices).
//!
//! | module | contents |
//! |---|---|
//! | `desired_state`, `deployment` | what is wanted, and what is being deployed |
//! | `rollout` | the begin and the end of a rollout |
//! | `progress`, `stages`, `shifts`, `hooks` | deployments that shift traffic: how far they are, their stages, the shifts, the pauses |
//! | `traffic`, `networking`, `rights` | the listener rules of such a deployment: their weights, their checks, the role |
//! | `monitors`, `rollback` | the circuit breaker and the alarms, and what follows |
//! | `tasks`, `registration`, `failures`, `requests` | the tasks: starting, load balancers, failing, stopping |

mod deployment;
mod desired_state;
mod failures;
mod hooks;
mod monitors;
mod networking;
mod progress;
mod registration;
mod requests;
mod rights;
mod rollback;
mod rollout;
mod shifts;
mod stages;
mod tasks;
mod traffic;

use std::sync::Arc;
use std::time::{Duration, Instant};

use deploy::render::Shown;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::deployment::Deployment;
pub(super) use self::desired_state::DesiredState;
use self::progress::Progress;
pub(super) use self::rollback::Cause;
pub(super) use self::rollout::Rollout;
use self::tasks::Task;
use super::service_deployment::ServiceDeployment;
use super::task;
use crate::account::Account;

/// How often the runner checks its tasks.
const TICK: Duration = Duration::from_millis(25);

/// Starts the runner of a service. It ends after it was told to stop and its last task has ended.
/// The channel is then closed. A `restored` service begins with the revision that it had.
pub(super) fn start(
    account: Arc<Account>,
    arn: &str,
    wanted: &DesiredState,
    restored: bool,
) -> (watch::Sender<DesiredState>, watch::Receiver<Rollout>) {
    let (wanted_sender, wanted_receiver) = watch::channel(wanted.clone());
    let (rollout, rollout_receiver) = watch::channel(Rollout::begin(wanted));
    let deployment = Deployment::new(&wanted.spec);
    let mut runner = Runner {
        attempt: ServiceDeployment::new(
            deployment.record.revision().to_owned(),
            Vec::new(),
            wanted.configuration.clone(),
        ),
        account,
        arn: arn.to_owned(),
        name: arn.rsplit('/').next().unwrap_or(arn).to_owned(),
        deployment,
        older: Vec::new(),
        last_good: None,
        progress: Progress::Rolling,
        failures: 0,
        ignores_alarms: false,
        stable_since: None,
        tasks: Vec::new(),
        draining: JoinSet::new(),
        stopping: JoinSet::new(),
        next_start: Instant::now(),
        next_registration: Instant::now(),
        last_denial: String::new(),
        rollout,
    };
    runner.begin_deployment(wanted, restored);
    tokio::spawn(runner.run(wanted_receiver));
    (wanted_sender, rollout_receiver)
}

/// Keeps the tasks of one service in the desired state.
struct Runner {
    account: Arc<Account>,
    arn: String,
    name: String,
    /// The primary deployment.
    deployment: Deployment,
    /// Earlier deployments that still have tasks; the last failed one stays.
    older: Vec<Deployment>,
    /// The last deployment that was completed.
    last_good: Option<Deployment>,
    /// The newest service deployment.
    attempt: ServiceDeployment,
    progress: Progress,
    /// Tasks of this deployment that failed.
    failures: u64,
    /// Whether an alarm had gone off before the deployment began.
    ignores_alarms: bool,
    /// Since when this deployment has been stable.
    stable_since: Option<Instant>,
    tasks: Vec<Task>,
    /// Tasks that the load balancer still drains.
    draining: JoinSet<task::Task>,
    /// Tasks whose containers are told to stop.
    stopping: JoinSet<()>,
    /// A service whose tasks keep failing starts new ones at longer intervals.
    next_start: Instant,
    /// When to try again to register tasks with a load balancer.
    next_registration: Instant,
    /// The last event about a registration that failed.
    last_denial: String,
    rollout: watch::Sender<Rollout>,
}

impl Runner {
    async fn run(mut self, mut wanted: watch::Receiver<DesiredState>) {
        let first = wanted.borrow().clone();
        self.note_place(&first);
        loop {
            let now = wanted.borrow_and_update().clone();
            if now.stopped {
                break;
            }
            self.begin_rollout(&now);
            self.take_orders(&now);
            self.stop_requested();
            self.note_health(&now);
            self.remove_failed(&now);
            self.advance(&now);
            self.start_missing(&now);
            self.stop_surplus(&now);
            self.end_rollout(&now);
            self.publish(&now);
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                _ = wanted.changed() => {}
                Some(drained) = self.draining.join_next() => self.end(drained),
                Some(_) = self.stopping.join_next() => {}
            }
        }
        for task in std::mem::take(&mut self.tasks) {
            self.stop(
                task,
                "Scaling activity initiated by deletion of the service",
            );
        }
        while let Some(drained) = self.draining.join_next().await {
            self.end(drained);
        }
        while self.stopping.join_next().await.is_some() {}
        self.account.tasks.ledger().services.remove(&self.arn);
    }

    /// Writes the state of the service into the ledger, where the API reads it.
    fn publish(&mut self, wanted: &DesiredState) {
        self.count_desired(wanted);
        let mut ledger = self.account.tasks.ledger();
        let record = ledger.services.entry(self.arn.clone()).or_default();
        record.desired = wanted.desired;
        record.deployments = std::iter::once(&self.deployment)
            .chain(&self.older)
            .map(|deployment| deployment.record.clone())
            .collect();
        record.note(&self.attempt);
    }

    /// The name of the cluster; the ARN of a service ends with `service/CLUSTER/NAME`.
    fn cluster(&self) -> &str {
        self.arn.rsplit('/').nth(1).unwrap_or("")
    }

    fn event(&self, what: &str) {
        let message = format!("(service {}) {what}", self.name);
        tracing::info!("{}", Shown(&message));
        self.account.tasks.ledger().event(&self.arn, message);
    }
}
