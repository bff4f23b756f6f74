//! `DeleteStack` and `UpdateTerminationProtection`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::find::{living_stack, wrong_state};
use super::tokens::is_repeated;
use super::wire::Nothing;
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::cloudformation::engine;
use crate::cloudformation::model::{
    OnFailure, OperationType, Stack, StackStatus, find, find_living_mut, importer,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteStackInput {
    stack_name: String,
    #[serde(default)]
    retain_resources: Vec<String>,
    client_request_token: Option<String>,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    deletion_mode: Option<DeletionMode>,
    #[serde(rename = "DeploymentConfig")]
    _deployment_config: Option<DeploymentConfig>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeletionMode {
    Standard,
    ForceDeleteStack,
}

/// How the stack is deleted. A deletion waits for nothing here, so each mode is the same.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeploymentConfig {
    #[serde(rename = "Mode")]
    _mode: Option<String>,
    #[serde(rename = "DisableRollback")]
    _disable_rollback: Option<bool>,
}

/// `DeleteStack`.
pub(super) fn delete(account: &Arc<Account>, input: DeleteStackInput) -> Result<Nothing, AwsError> {
    if let Some(stack_id) = account.change(|state| begin(account, state, input))? {
        tokio::spawn(engine::delete(Arc::clone(account), stack_id));
    }
    Ok(Nothing {})
}

/// Moves the stack to `DELETE_IN_PROGRESS`; `None` if there is nothing to start.
fn begin(
    account: &Account,
    state: &mut State,
    input: DeleteStackInput,
) -> Result<Option<String>, AwsError> {
    let name = &input.stack_name;
    let export = find(&state.stacks, name).and_then(|stack| export_in_use(state, stack));
    let Some(stack) = find_living_mut(&mut state.stacks, name) else {
        // AWS reports success for a stack that never existed.
        return Ok(None);
    };
    let token = input.client_request_token;
    if is_repeated(stack, token.as_deref(), "DeleteStack")? {
        return Ok(None);
    }
    if stack.termination_protection {
        return Err(AwsError::validation(format!(
            "Stack [{}] cannot be deleted while TerminationProtection is enabled",
            stack.name
        )));
    }
    match stack.status {
        StackStatus::DeleteInProgress => return Ok(None),
        StackStatus::CreateInProgress => {
            // The rollback of the cancelled creation deletes the existing resources.
            stack.on_failure = OnFailure::Delete;
            account.cancellations.cancel(&stack.id);
            return Ok(None);
        }
        status if status.is_busy() => return Err(wrong_state(stack, "can not be deleted")),
        _ => {}
    }
    if let Some((name, user)) = export {
        return Err(AwsError::validation(format!(
            "Export {name} cannot be deleted as it is in use by {user}"
        )));
    }
    if !input.retain_resources.is_empty() && stack.status != StackStatus::DeleteFailed {
        return Err(AwsError::validation(
            "Invalid operation on stack. The RetainResources parameter can only be used with a stack in the DELETE_FAILED state",
        ));
    }
    let exists = |name: &String| stack.current.existing().any(|(known, _)| known == name);
    if !input.retain_resources.iter().all(exists) {
        // https://github.com/rebuy-de/aws-nuke/issues/270
        return Err(AwsError::validation(
            "The specified resources to retain must be in a valid state. Do not specify resources that are in the DELETE_COMPLETE state.",
        ));
    }
    let force = input.deletion_mode == Some(DeletionMode::ForceDeleteStack);
    if force && stack.status != StackStatus::DeleteFailed {
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
        return Err(AwsError::validation(
            "Invalid operation on stack. The FORCE_DELETE_STACK deletion mode can only be used with a stack in the DELETE_FAILED state",
        ));
    }
    stack.failure.force_delete = force;
    stack.retain = input.retain_resources;
    if input.role_arn.is_some() {
        stack.current.role = input.role_arn;
    }
    stack.change_sets.clear();
    stack.begin(OperationType::DeleteStack, token);
    stack.move_to(StackStatus::DeleteInProgress, Some("User Initiated"));
    Ok(Some(stack.id.clone()))
}

/// An export of the stack that another stack imports, and the name of that stack.
fn export_in_use(state: &State, stack: &Stack) -> Option<(String, String)> {
    stack.current.exports().find_map(|(name, _)| {
        let user = importer(&state.stacks, stack, name)?;
        Some((name.to_owned(), user.name.clone()))
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ProtectInput {
    stack_name: String,
    #[serde(default)]
    enable_termination_protection: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ProtectOutput {
    stack_id: String,
}

/// `UpdateTerminationProtection`.
pub(super) fn protect(account: &Account, input: &ProtectInput) -> Result<ProtectOutput, AwsError> {
    account.change(|state| {
        let stack = living_stack(state, &input.stack_name)?;
        stack.termination_protection = input.enable_termination_protection;
        Ok(ProtectOutput {
            stack_id: stack.id.clone(),
        })
    })
}
