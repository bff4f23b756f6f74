//! `CancelUpdateStack` and `ContinueUpdateRollback`.

use std::sync::Arc;

use serde::Deserialize;

use super::find::{living_stack, wrong_state};
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
        if input.client_request_token.is_some() {
            stack.token.clone_from(&input.client_request_token);
        }
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
        Ok(stack.id.clone())
    })?;
    let continued = engine::continue_rollback(Arc::clone(account), stack_id, skip);
    tokio::spawn(continued);
    Ok(Nothing {})
}

fn has_failed(stack: &Stack, logical_id: &str) -> bool {
    let record = stack.current.resources.get(logical_id);
    record.is_some_and(|record| record.status == ResourceStatus::UpdateFailed)
}
