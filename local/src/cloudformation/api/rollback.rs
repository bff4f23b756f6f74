//! `CancelUpdateStack`, `ContinueUpdateRollback` and `RollbackStack`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::find::{living_stack, wrong_state};
use super::tokens::is_repeated;
use super::wire::Nothing;
use crate::account::Account;
use crate::aws::AwsError;
use crate::cloudformation::engine;
use crate::cloudformation::model::{OperationType, ResourceStatus, Stack, StackStatus};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CancelInput {
    stack_name: String,
    client_request_token: Option<String>,
}

/// `CancelUpdateStack`: rolls the running update back.
pub(super) fn cancel(account: &Account, input: &CancelInput) -> Result<Nothing, AwsError> {
    let stack_id = account.change(|state| {
        let stack = living_stack(state, &input.stack_name)?;
        if stack.status != StackStatus::UpdateInProgress {
            return Err(AwsError::validation(
                "CancelUpdateStack cannot be called from current stack status",
            ));
        }
        let token = &input.client_request_token;
        is_repeated(stack, token.as_deref(), "CancelUpdateStack")?;
        if token.is_some() {
            stack.token.clone_from(token);
        }
        // A cancelled update is always rolled back.
        stack.failure.disable_rollback = false;
        Ok(stack.id.clone())
    })?;
    account.cancellations.cancel(&stack_id);
    Ok(Nothing {})
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContinueInput {
    stack_name: String,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    #[serde(default)]
    resources_to_skip: Vec<String>,
    client_request_token: Option<String>,
}

/// `ContinueUpdateRollback`: continues a failed rollback.
pub(super) fn continue_rollback(
    account: &Arc<Account>,
    input: ContinueInput,
) -> Result<Nothing, AwsError> {
    let skip = input.resources_to_skip;
    let stack_id = account.change(|state| {
        let stack = living_stack(state, &input.stack_name)?;
        let token = input.client_request_token.as_deref();
        if is_repeated(stack, token, "ContinueUpdateRollback")? {
            return Ok(None);
        }
        if stack.status != StackStatus::UpdateRollbackFailed {
            return Err(wrong_state(stack, "can not continue its rollback"));
        }
        if let Some(wrong) = skip.iter().find(|name| !has_failed(stack, name)) {
            return Err(AwsError::validation(format!(
                "ResourcesToSkip can only list resources that are in the UPDATE_FAILED state: [{wrong}]"
            )));
        }
        if input.role_arn.is_some() {
            stack.current.role = input.role_arn;
        }
        stack.begin(OperationType::ContinueRollback, input.client_request_token);
        stack.move_to(StackStatus::UpdateRollbackInProgress, Some("User Initiated"));
        Ok(Some(stack.id.clone()))
    })?;
    if let Some(stack_id) = stack_id {
        let continued = engine::continue_rollback(Arc::clone(account), stack_id, skip);
        tokio::spawn(continued);
    }
    Ok(Nothing {})
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RollbackInput {
    stack_name: String,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    client_request_token: Option<String>,
    #[serde(default)]
    retain_except_on_create: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RollbackOutput {
    stack_id: String,
    operation_id: String,
}

/// `RollbackStack`: rolls back an operation that has failed with `DisableRollback`:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html>.
pub(super) fn roll_back(
    account: &Arc<Account>,
    input: RollbackInput,
) -> Result<RollbackOutput, AwsError> {
    let (output, starts) = account.change(|state| {
        let stack = living_stack(state, &input.stack_name)?;
        let token = input.client_request_token;
        let again = is_repeated(stack, token.as_deref(), "RollbackStack")?;
        if !again {
            let status = match stack.status {
                StackStatus::UpdateFailed => StackStatus::UpdateRollbackInProgress,
                // A stack that was never complete has nothing to return to, even if an update of it
                // has failed.
                StackStatus::CreateFailed => StackStatus::RollbackInProgress,
                _ => return Err(wrong_state(stack, "can not be rolled back")),
            };
            if input.role_arn.is_some() {
                stack.current.role = input.role_arn;
            }
            stack.begin(OperationType::Rollback, token);
            stack.failure.disable_rollback = false;
            stack.failure.retain_except_on_create = input.retain_except_on_create;
            stack.move_to(status, Some("User Initiated"));
        }
        let output = RollbackOutput {
            stack_id: stack.id.clone(),
            operation_id: stack.operation.clone(),
        };
        Ok::<_, AwsError>((output, !again))
    })?;
    if starts {
        let rolled_back = engine::roll_back_failed(Arc::clone(account), output.stack_id.clone());
        tokio::spawn(rolled_back);
    }
    Ok(output)
}

fn has_failed(stack: &Stack, logical_id: &str) -> bool {
    let record = stack.current.resources.get(logical_id);
    record.is_some_and(|record| record.status == ResourceStatus::UpdateFailed)
}
