//! `StopTask`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find;
use super::tasks::describe_one;
use crate::account::Account;
use crate::aws::{Answer, AwsError};
use crate::services::ecs::alone_tasks;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    cluster: Option<String>,
    task: String,
    reason: Option<String>,
}

/// Stops a task, or tells the scheduler of its service to do so. The service then starts another one.
pub(super) fn stop(account: &Account, input: &Input) -> Answer {
    let cluster = find::cluster(account, input.cluster.as_deref())?;
    let id = input.task.rsplit('/').next().unwrap_or("");
    let missing = || {
        AwsError::new(
            "InvalidParameterException",
            "The referenced task was not found.",
        )
    };
    let (mut described, is_running) = {
        let ledger = account.tasks.ledger();
        let mut tasks = ledger.tasks.iter();
        let task = tasks.find(|task| task.id == id && task.cluster() == cluster);
        let task = task.ok_or_else(missing)?;
        let described: Value =
            serde_json::to_value(describe_one(account, task)).unwrap_or_default();
        (described, task.stopped.is_none())
    };
    if is_running {
        let reason = input.reason.as_deref().unwrap_or("Task stopped by user");
        if !alone_tasks::stop(account, id, reason) {
            account.tasks.ask_to_stop(id, reason);
        }
        described["desiredStatus"] = "STOPPED".into();
        described["stoppedReason"] = reason.into();
        described["stopCode"] = "UserInitiated".into();
    }
    Ok(json!({"task": described}))
}
