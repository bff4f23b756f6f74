//! Starting a task in the background, and the handle of a task.

use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::sync::watch;

use super::{containers, prepare};
use crate::account::Account;
use crate::services::ec2::Placement;
use crate::services::ecs::ledger::StopCode;

/// The task to start. It has been recorded in the ledger.
#[derive(Debug, Clone)]
pub(in crate::services::ecs) struct Launch {
    pub(in crate::services::ecs) id: String,
    /// The name of its cluster.
    pub(in crate::services::ecs) cluster: String,
    /// The ARN of the task definition.
    pub(in crate::services::ecs) definition: String,
    pub(in crate::services::ecs) placement: Placement,
}

/// A task that has been launched. Dropping it stops the task.
pub(in crate::services::ecs) struct Task {
    stage: watch::Receiver<Stage>,
    stop: watch::Sender<bool>,
}

/// How far a task is.
#[derive(Debug, Clone)]
pub(in crate::services::ecs) enum Stage {
    Starting,
    /// All containers have started. The task has this private address.
    Running(Ipv4Addr),
    Ended(End),
}

/// How a task has ended.
#[derive(Debug, Clone)]
pub(in crate::services::ecs) struct End {
    pub(in crate::services::ecs) code: StopCode,
    pub(in crate::services::ecs) reason: String,
    /// More about it, for the log of the local AWS and the events of the service.
    pub(in crate::services::ecs) detail: String,
}

/// Starts a task.
pub(in crate::services::ecs) fn launch(account: &Arc<Account>, launch: Launch) -> Task {
    let (stage_sender, stage) = watch::channel(Stage::Starting);
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(live(Arc::clone(account), launch, stage_sender, stopped));
    Task { stage, stop }
}

async fn live(
    account: Arc<Account>,
    launch: Launch,
    stage: watch::Sender<Stage>,
    mut stopped: watch::Receiver<bool>,
) {
    let prepared = tokio::select! {
        biased;
        () = told_to_stop(&mut stopped) => None,
        prepared = prepare::prepare(&account, &launch) => Some(prepared),
    };
    let end = match prepared {
        None => End::before_the_start(StopCode::ServiceScheduler, String::new()),
        Some(Err(reason)) => End::before_the_start(StopCode::TaskFailedToStart, reason),
        Some(Ok(prepared)) => containers::run(&account, &launch, prepared, &stage, stopped).await,
    };
    account
        .tasks
        .ledger()
        .ended(&launch.id, end.code, &end.reason);
    stage.send_replace(Stage::Ended(end));
}

/// Returns when the task must stop, also because its handle was dropped.
pub(super) async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    // An error means that the handle is gone.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

impl End {
    fn before_the_start(code: StopCode, reason: String) -> Self {
        Self {
            code,
            detail: reason.clone(),
            reason,
        }
    }
}

impl Task {
    /// How far it is now.
    pub(in crate::services::ecs) fn stage(&self) -> Stage {
        self.stage.borrow().clone()
    }

    /// Completes when its last container has ended, whether it was stopped or not.
    pub(in crate::services::ecs) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stage = self.stage.clone();
        async move {
            // An error means that it has ended.
            let _ = stage
                .wait_for(|stage| matches!(stage, Stage::Ended(_)))
                .await;
        }
    }

    /// Stops it, and returns when its last container has ended.
    pub(in crate::services::ecs) async fn stop(mut self) {
        self.stop.send_replace(true);
        // An error means that it has ended.
        let _ = self
            .stage
            .wait_for(|stage| matches!(stage, Stage::Ended(_)))
            .await;
    }
}
