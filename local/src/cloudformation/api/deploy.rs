//! `CreateStack` and `UpdateStack`: a deployment without a visible change set.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::deployment::DeploymentInput;
use super::find::{stack_in_brackets, wrong_state};
use super::new_stack::{new_stack, put};
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::cloudformation::engine;
use crate::cloudformation::model::{
    Actual, ChangeSet, ChangeSetType, Imports, OnFailure, Stack, find,
};
use crate::cloudformation::plan::{NO_CHANGES, Request, change_set};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateStackInput {
    stack_name: String,
    on_failure: Option<OnFailure>,
    #[serde(default)]
    enable_termination_protection: bool,
    client_request_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    stack_id: String,
}

/// `CreateStack`.
pub(super) fn create(
    account: &Arc<Account>,
    input: CreateStackInput,
    deployment: DeploymentInput,
) -> Result<Output, AwsError> {
    let stack_name = &input.stack_name;
    let stack_id = account.change(|state| {
        if find(&state.stacks, stack_name).is_some() {
            return Err(AwsError::new(
                "AlreadyExistsException",
                format!("Stack [{stack_name}] already exists"),
            ));
        }
        let mut stack = new_stack(account, stack_name)?;
        stack.termination_protection = input.enable_termination_protection;
        let disable_rollback = deployment.disables_rollback();
        let request = Request {
            kind: ChangeSetType::Create,
            on_failure: input.on_failure.unwrap_or(OnFailure::Rollback),
            ..request(deployment)?
        };
        let change_set = succeeded(account, state, &stack, request)?;
        let token = input.client_request_token;
        engine::start(&mut stack, change_set, token, disable_rollback);
        let id = stack.id.clone();
        put(state, stack);
        Ok(id)
    })?;
    tokio::spawn(engine::deploy(Arc::clone(account), stack_id.clone()));
    Ok(Output { stack_id })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateStackInput {
    stack_name: String,
    client_request_token: Option<String>,
}

/// `UpdateStack`.
pub(super) fn update(
    account: &Arc<Account>,
    input: UpdateStackInput,
    deployment: DeploymentInput,
) -> Result<Output, AwsError> {
    let stack_id = account.change(|state| {
        let mut stack = stack_in_brackets(state, &input.stack_name)?.clone();
        if !stack.status.can_be_updated() {
            return Err(wrong_state(&stack, "can not be updated"));
        }
        if deployment.disables_rollback() {
            return Err(AwsError::validation(
                "the local AWS has no DisableRollback for updates",
            ));
        }
        let change_set = succeeded(account, state, &stack, request(deployment)?)?;
        engine::start(&mut stack, change_set, input.client_request_token, false);
        let id = stack.id.clone();
        put(state, stack);
        Ok(id)
    })?;
    tokio::spawn(engine::deploy(Arc::clone(account), stack_id.clone()));
    Ok(Output { stack_id })
}

fn request(deployment: DeploymentInput) -> Result<Request, AwsError> {
    Ok(Request {
        name: "direct".to_owned(),
        description: None,
        kind: ChangeSetType::Update,
        on_failure: OnFailure::Rollback,
        express: deployment.is_express()?,
        wanted: deployment.wanted()?,
        direct: true,
        actual: Actual::new(),
        imports: Imports::new(),
    })
}

/// A change set that has not failed. These actions return an error for a failure that
/// `CreateChangeSet` shows in the status of the change set.
fn succeeded(
    account: &Account,
    state: &State,
    stack: &Stack,
    request: Request,
) -> Result<ChangeSet, AwsError> {
    let change_set = change_set(account, state, stack, request)?;
    match &change_set.status_reason {
        Some(reason) if reason == NO_CHANGES => {
            Err(AwsError::validation("No updates are to be performed."))
        }
        Some(reason) => Err(AwsError::validation(reason.clone())),
        None => Ok(change_set),
    }
}
