//! The agent of ECS Exec in a task.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html>.

use crate::account::Account;
use crate::services::ecs::ledger::TaskRecord;
use crate::services::ecs::task_definition;
use crate::services::iam::{Access, assume_for_service, authorize};

/// What the agent calls with the task role.
const ACTIONS: [&str; 4] = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

/// The status of the agent in a task, and why it does not run. `None` if ECS Exec is off.
pub(in crate::services::ecs) fn agent_status(
    account: &Account,
    task: &TaskRecord,
) -> Option<(&'static str, Option<String>)> {
    if !task.executes {
        return None;
    }
    if task.stopped.is_some() {
        return Some(("STOPPED", None));
    }
    if task.started.is_none() {
        return Some(("PENDING", None));
    }
    Some(match allowed(account, task) {
        Ok(()) => ("RUNNING", None),
        Err(reason) => ("STOPPED", Some(reason)),
    })
}

/// # Errors
/// Why the agent cannot reach Session Manager.
fn allowed(account: &Account, task: &TaskRecord) -> Result<(), String> {
    let definition = task_definition::find(account, &task.definition);
    let role = definition.and_then(|definition| definition.task_role_arn);
    let role = role.ok_or_else(|| "The task has no task role.".to_owned())?;
    let arn = task.arn(account);
    let principal = assume_for_service(account, &role, "ecs-tasks.amazonaws.com", &arn, &task.id)?;
    let needed = ACTIONS.map(|action| Access::new(action, "*"));
    authorize(account, &principal, &needed)
}
