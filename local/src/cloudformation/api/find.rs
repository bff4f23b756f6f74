//! Finds stacks and change sets, with AWS's errors if they do not exist.

use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::model::{
    ChangeSet, OnFailure, Stack, StackStatus, find, find_change_set, find_living_mut,
};

/// A stack by its name or ARN.
///
/// # Errors
/// `ValidationError` if it does not exist.
pub(super) fn stack<'a>(state: &'a State, name: &str) -> Result<&'a Stack, AwsError> {
    find(&state.stacks, name).ok_or_else(|| not_found(name))
}

/// A stack by its name or ARN, with the message that AWS uses for some actions.
///
/// # Errors
/// `ValidationError` if it does not exist.
pub(super) fn stack_in_brackets<'a>(state: &'a State, name: &str) -> Result<&'a Stack, AwsError> {
    find(&state.stacks, name)
        .ok_or_else(|| AwsError::validation(format!("Stack [{name}] does not exist")))
}

/// A stack that is not deleted, to change it.
///
/// # Errors
/// `ValidationError` if it does not exist.
pub(super) fn living_stack<'a>(
    state: &'a mut State,
    name: &str,
) -> Result<&'a mut Stack, AwsError> {
    find_living_mut(&mut state.stacks, name).ok_or_else(|| not_found(name))
}

/// A change set by its name or ARN, in one stack or in any.
///
/// # Errors
/// `ChangeSetNotFound` if it does not exist.
pub(super) fn change_set<'a>(
    state: &'a State,
    name: &str,
    of_stack: Option<&str>,
) -> Result<(&'a Stack, &'a ChangeSet), AwsError> {
    find_change_set(&state.stacks, name, of_stack).ok_or_else(|| {
        let message = format!("ChangeSet [{name}] does not exist");
        AwsError::new("ChangeSetNotFound", message).with_status(404)
    })
}

pub(super) fn not_found(name: &str) -> AwsError {
    AwsError::validation(format!("Stack with id {name} does not exist"))
}

/// Checks that an update can start now.
///
/// # Errors
/// `ValidationError` in AWS's words; <https://github.com/code-dot-org/code-dot-org/pull/68524> has
/// the one about a failed creation.
pub(super) fn check_state(stack: &Stack) -> Result<(), AwsError> {
    if stack.can_be_updated() {
        return Ok(());
    }
    if stack.status == StackStatus::CreateFailed && stack.on_failure == OnFailure::DoNothing {
        return Err(AwsError::validation(
            "This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.",
        ));
    }
    Err(wrong_state(stack, "can not be updated"))
}

/// The error of an action that the status of the stack does not allow.
pub(super) fn wrong_state(stack: &Stack, what: &str) -> AwsError {
    AwsError::validation(format!(
        "Stack:{} is in {} state and {what}.",
        stack.id, stack.status
    ))
}
