//! `ExecuteCommand`. What AWS refuses is refused in its words; no session begins.

use serde::Deserialize;

use super::find;
use crate::account::Account;
use crate::aws::{Answer, AwsError};
use crate::services::ecs::task::agent_status;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    cluster: Option<String>,
    #[serde(rename = "container")]
    _container: Option<String>,
    #[serde(rename = "command")]
    _command: String,
    interactive: bool,
    task: String,
}

/// The sentence of ECS: <https://github.com/aws-containers/amazon-ecs-exec-checker>.
const NOT_ENABLED: &str = "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.";

/// Why the command cannot run.
pub(super) fn refuse(account: &Account, input: &Input) -> Answer {
    let invalid = |sentence| AwsError::new("InvalidParameterException", sentence);
    let cluster = find::cluster(account, input.cluster.as_deref())?;
    let id = input.task.rsplit('/').next().unwrap_or("");
    if !input.interactive {
        return Err(invalid("Interactive is the only mode supported currently."));
    }
    let ledger = account.tasks.ledger();
    let mut tasks = ledger.tasks.iter();
    let task = tasks.find(|task| task.id == id && task.cluster() == cluster);
    let task = task.ok_or_else(|| invalid("The referenced task was not found."))?;
    match agent_status(account, task) {
        Some(("RUNNING", _)) => Err(AwsError::unsupported("sessions of ECS Exec")),
        _ => Err(invalid(NOT_ENABLED)),
    }
}
