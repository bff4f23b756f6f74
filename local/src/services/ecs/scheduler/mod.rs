//! The life of one service: its deployments, its tasks, and the circuit breaker.

mod failures;
mod rollout;
mod tasks;
mod wanted;

use std::sync::Arc;
use std::time::{Duration, Instant};

use deploy::render::Shown;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub(super) use self::rollout::Rollout;
use self::tasks::Task;
pub(super) use self::wanted::Wanted;
use super::ledger::DeploymentRecord;
use crate::account::Account;

/// How often the service looks at its tasks.
const TICK: Duration = Duration::from_millis(25);

/// Starts a service. It ends when it is told to stop and its last task has ended; the receiver
/// then sees the sender's end.
pub(super) fn start(
    account: Arc<Account>,
    arn: &str,
    wanted: &Wanted,
) -> (watch::Sender<Wanted>, watch::Receiver<Rollout>) {
    let (wanted_sender, wanted_receiver) = watch::channel(wanted.clone());
    let (rollout, rollout_receiver) = watch::channel(Rollout::begin(wanted));
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

impl Service {
    async fn run(mut self, mut wanted: watch::Receiver<Wanted>) {
        loop {
            let now = wanted.borrow_and_update().clone();
            if now.stopped {
                break;
            }
            self.begin_rollout(&now);
            self.note_health();
            self.remove_failed(&now);
            self.start_missing(&now).await;
            self.stop_surplus(&now);
            self.end_rollout(&now);
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

    /// Writes the state of the service into the ledger, where the API reads it.
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
}
