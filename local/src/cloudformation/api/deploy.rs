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
    Actual, ChangeSet, ChangeSetType, Imports, Invalid, OnFailure, OperationType, Stack,
    StackStatus, find,
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
    operation_id: String,
}

/// `CreateStack`.
pub(super) fn create(
    account: &Arc<Account>,
    input: CreateStackInput,
    deployment: DeploymentInput,
) -> Result<Output, AwsError> {
    let stack_name = &input.stack_name;
    let started = account.change(|state| {
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
        let mut change_set = succeeded(account, state, &stack, request)?;
        let findings = std::mem::take(&mut change_set.findings);
        let token = input.client_request_token;
        engine::start(&mut stack, change_set, token, disable_rollback);
        Ok(Started::new(state, stack, findings))
    })?;
    Ok(started.go_on(account))
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
    let started = account.change(|state| {
        let mut stack = stack_in_brackets(state, &input.stack_name)?.clone();
        if !stack.status.can_be_updated() {
            return Err(wrong_state(&stack, "can not be updated"));
        }
        if deployment.disables_rollback() {
            return Err(AwsError::validation(
                "the local AWS has no DisableRollback for updates",
            ));
        }
        let mut change_set = succeeded(account, state, &stack, request(deployment)?)?;
        let findings = std::mem::take(&mut change_set.findings);
        let token = input.client_request_token;
        if findings.is_empty() {
            engine::start(&mut stack, change_set, token, false);
        } else {
            stack.begin(OperationType::UpdateStack, token);
            stack.move_to(StackStatus::UpdateInProgress, Some("User Initiated"));
        }
        Ok(Started::new(state, stack, findings))
    })?;
    Ok(started.go_on(account))
}

/// A stack whose operation has started, or has failed its validation already.
struct Started {
    output: Output,
    status: StackStatus,
}

impl Started {
    fn new(state: &mut State, mut stack: Stack, findings: Vec<Invalid>) -> Self {
        if !findings.is_empty() {
            fail(&mut stack, findings);
        }
        let started = Self {
            output: Output {
                stack_id: stack.id.clone(),
                operation_id: stack.operation.clone(),
            },
            status: stack.status,
        };
        put(state, stack);
        started
    }

    fn go_on(self, account: &Arc<Account>) -> Output {
        let (account, stack_id) = (Arc::clone(account), self.output.stack_id.clone());
        match self.status {
            StackStatus::CreateInProgress | StackStatus::UpdateInProgress => {
                tokio::spawn(engine::deploy(account, stack_id));
            }
            StackStatus::DeleteInProgress => {
                tokio::spawn(engine::delete(account, stack_id));
            }
            _ => {}
        }
        self.output
    }
}

/// Ends the operation before it creates a resource. The stack has only events of itself. The message
/// is from public reports; AWS documents the rest:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>.
fn fail(stack: &mut Stack, findings: Vec<Invalid>) {
    let reason = format!(
        "Validation failed with {} error(s). Call DescribeEvents to retrieve the full list of issues with resource and property details, resolve each error, then retry the operation.",
        findings.len()
    );
    let reason = Some(reason.as_str());
    let operation = stack.operation.clone();
    stack.add_findings(&operation, stack.operation_type, findings);
    match (stack.operation_type, stack.on_failure) {
        (OperationType::UpdateStack, _) => {
            stack.move_to(StackStatus::UpdateFailed, reason);
            stack.move_to(StackStatus::UpdateRollbackComplete, reason);
        }
        (_, OnFailure::DoNothing) => stack.move_to(StackStatus::CreateFailed, reason),
        (_, OnFailure::Rollback) => {
            stack.move_to(StackStatus::CreateFailed, reason);
            stack.move_to(StackStatus::RollbackComplete, reason);
        }
        (_, OnFailure::Delete) => {
            stack.move_to(StackStatus::CreateFailed, reason);
            stack.move_to(StackStatus::DeleteInProgress, reason);
        }
    }
}

fn request(deployment: DeploymentInput) -> Result<Request, AwsError> {
    Ok(Request {
        name: "direct".to_owned(),
        description: None,
        kind: ChangeSetType::Update,
        on_failure: OnFailure::Rollback,
        express: deployment.is_express()?,
        disable_validation: deployment.disables_validation(),
        wanted: deployment.wanted()?,
        actual: Actual::new(),
        imports: Imports::new(),
    })
}

/// A change set that has not failed, or only its pre-deployment validation. These actions return an
/// error for another failure, which `CreateChangeSet` shows in the status of the change set.
fn succeeded(
    account: &Account,
    state: &State,
    stack: &Stack,
    request: Request,
) -> Result<ChangeSet, AwsError> {
    let change_set = change_set(account, state, stack, request)?;
    if !change_set.findings.is_empty() {
        return Ok(change_set);
    }
    match &change_set.status_reason {
        Some(reason) if reason == NO_CHANGES => {
            Err(AwsError::validation("No updates are to be performed."))
        }
        Some(reason) => Err(AwsError::validation(reason.clone())),
        None => Ok(change_set),
    }
}
