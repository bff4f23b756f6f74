//! Recovers a stack that an earlier operation left in a status in which it cannot be updated:
//! continues a failed rollback, or deletes a stack that was never created completely.
//!
//! `DELETE_FAILED` is the exception: it is reported, and only `destroy` leads out of it.

use super::Options;
use super::delete::delete;
use super::latest::latest_failure;
use super::wait_for_others::{stack_after, wait_until_idle};
use crate::aws::{Clients, delete_unreviewed, wait_until_gone};
use crate::follow::{Operation, follow};
use crate::model::{OperationEvents, Stack, StackState};
use crate::render::{self, Shown};
use crate::{Error, aws};

/// Brings the stack into a state in which it can be created or updated, and says what it does.
///
/// Returns the stack if it exists then, so that it can be updated.
pub(super) async fn recover(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let mut existing = wait_until_idle(clients, stack, options).await?;
    while let Some(state) = existing {
        let status = &state.status;
        existing = if status.needs_continued_rollback() {
            continue_rollback(clients, stack, &state, options).await?
        } else if status.is_failed_deletion() {
            return Err(failed_deletion(clients, stack, &state).await?);
        } else if status.was_never_created() {
            delete_unfinished(clients, stack, &state, options).await?
        } else {
            return Ok(Some(state));
        };
    }
    Ok(None)
}

/// Checks that the stack has a status in which a change set can be compared with it.
pub(super) fn ensure_comparable(state: &StackState) -> Result<(), Error> {
    let stack = state.name.clone();
    if state.status.is_in_progress() {
        let running = render::running(state, None);
        return Err(Error::InProgress { stack, running });
    }
    if state.status.is_failed_deletion() || state.status.needs_continued_rollback() {
        return Err(Error::Stuck {
            stack,
            status: state.status.clone(),
        });
    }
    Ok(())
}

/// Continues a failed rollback without the resources to skip. Returns the stack afterwards.
async fn continue_rollback(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let skip = &options.skip;
    options
        .output
        .progress(&render::continued_rollback(state, skip));
    let token = aws::continue_rollback(clients, &state.id, skip).await?;
    let operation = Operation {
        stack_id: &state.id,
        events: OperationEvents::WithTokens(vec![token]),
        template: stack.template,
        expected: 0,
    };
    let status = follow(clients, operation, options.output, &options.following).await?;
    stack_after(clients, stack, state, &status).await
}

/// Deletes a stack that was never created completely, since it cannot be updated. Returns the stack
/// that has the name afterwards, if somebody created it again.
async fn delete_unfinished(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let reason = if state.status.is_under_review() {
        "it has no resources yet"
    } else {
        "it was never created completely"
    };
    options.output.progress(&format!(
        "{} is in {}: {reason}, so it is deleted first",
        state.name,
        Shown(&state.status)
    ));
    if state.status.is_under_review() {
        delete_unreviewed(clients, &state.id).await?;
        return wait_until_gone(clients, &stack.name, &state.id).await;
    }
    delete(clients, stack, state, 0, options).await
}

/// Why a stack could not be deleted, from the events of the attempt.
async fn failed_deletion(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
) -> Result<Error, Error> {
    let failure = latest_failure(clients, stack, state).await?;
    Ok(failure.unwrap_or_else(|| Error::Stuck {
        stack: state.name.clone(),
        status: state.status.clone(),
    }))
}
