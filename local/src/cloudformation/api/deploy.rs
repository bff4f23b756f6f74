//! `CreateStack` and `UpdateStack`: a deployment without a visible change set.

use std::sync::Arc;

use serde::Deserialize;

use super::deployment::DeploymentInput;
use super::find::{check_state, stack_in_brackets};
use super::new_stack::new_stack;
use super::stack_policy;
use super::started::{Output, Started, failure};
use super::tokens::is_repeated;
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::cloudformation::engine;
use crate::cloudformation::model::{
    Actual, ChangeSet, ChangeSetType, FailureOptions, Imports, OnFailure, OperationType, Origin,
    Stack, StackStatus, find_living_mut,
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
    timeout_in_minutes: Option<String>,
    stack_policy_body: Option<String>,
    #[serde(default)]
    retain_except_on_create: bool,
}

/// `CreateStack`.
pub(super) fn create(
    account: &Arc<Account>,
    input: CreateStackInput,
    deployment: DeploymentInput,
) -> Result<Output, AwsError> {
    let stack_name = &input.stack_name;
    let token = input.client_request_token;
    let timeout = timeout(input.timeout_in_minutes.as_deref())?;
    if deployment.disables_rollback() && input.on_failure.is_some() {
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
        return Err(AwsError::validation(
            "Only one of DisableRollback and OnFailure can be specified",
        ));
    }
    let started = account.change(|state| {
        if let Some(known) = find_living_mut(&mut state.stacks, stack_name) {
            if token.is_some() && is_repeated(known, token.as_deref(), "CreateStack")? {
                return Ok(Started::again(known));
            }
            return Err(AwsError::new(
                "AlreadyExistsException",
                format!("Stack [{stack_name}] already exists"),
            ));
        }
        let mut stack = new_stack(account, stack_name)?;
        is_repeated(&mut stack, token.as_deref(), "CreateStack")?;
        stack.termination_protection = input.enable_termination_protection;
        stack.timeout = timeout;
        let options = FailureOptions {
            disable_rollback: deployment.disables_rollback(),
            retain_except_on_create: input.retain_except_on_create,
            ..FailureOptions::default()
        };
        let request = Request {
            kind: ChangeSetType::Create,
            on_failure: input.on_failure.unwrap_or(OnFailure::Rollback),
            ..request(deployment)?
        };
        let mut change_set = succeeded(account, state, &stack, request)?;
        let failure = failure(&mut change_set);
        if let Some(policy) = input.stack_policy_body {
            stack_policy::check(&policy, &change_set.target)?;
            stack.policy = Some(policy);
        }
        engine::start(&mut stack, change_set, token, options);
        Ok(Started::new(state, stack, failure))
    })?;
    Ok(started.go_on(account))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateStackInput {
    stack_name: String,
    client_request_token: Option<String>,
    stack_policy_body: Option<String>,
    stack_policy_during_update_body: Option<String>,
    #[serde(default)]
    retain_except_on_create: bool,
}

/// `UpdateStack`.
pub(super) fn update(
    account: &Arc<Account>,
    input: UpdateStackInput,
    deployment: DeploymentInput,
) -> Result<Output, AwsError> {
    let started = account.change(|state| {
        let mut stack = stack_in_brackets(state, &input.stack_name)?.clone();
        let token = input.client_request_token;
        if is_repeated(&mut stack, token.as_deref(), "UpdateStack")? {
            return Ok::<_, AwsError>(Started::again(&stack));
        }
        check_state(&stack)?;
        let options = FailureOptions {
            disable_rollback: deployment.disables_rollback(),
            retain_except_on_create: input.retain_except_on_create,
            ..FailureOptions::default()
        };
        let mut change_set = succeeded(account, state, &stack, request(deployment)?)?;
        let failure = failure(&mut change_set);
        let policies = [
            &input.stack_policy_body,
            &input.stack_policy_during_update_body,
        ];
        for policy in policies.into_iter().flatten() {
            stack_policy::check(policy, &change_set.target)?;
        }
        stack.policy = input.stack_policy_body.or(stack.policy);
        stack.policy_during_update = input.stack_policy_during_update_body;
        if failure.is_none() {
            engine::start(&mut stack, change_set, token, options);
        } else {
            stack.begin(OperationType::UpdateStack, token);
            stack.move_to(StackStatus::UpdateInProgress, Some("User Initiated"));
        }
        Ok(Started::new(state, stack, failure))
    })?;
    Ok(started.go_on(account))
}

/// The range is that of the model of the service.
fn timeout(minutes: Option<&str>) -> Result<Option<u32>, AwsError> {
    let parse = |text: &str| text.parse().ok().filter(|minutes| *minutes > 0);
    let Some(text) = minutes else {
        return Ok(None);
    };
    parse(text).map(Some).ok_or_else(|| {
        AwsError::validation(format!(
            "1 validation error detected: Value '{text}' at 'timeoutInMinutes' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ))
    })
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
        origin: Origin::Direct,
        actual: Actual::new(),
        imports: Imports::new(),
        import_existing: false,
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
    if !change_set.findings.is_empty() || change_set.fails_late {
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
