//! Waits for operations that somebody else has started: a stack runs only one operation at a time.
//!
//! This waits without a time limit: `--timeout` only applies to the operation that the command itself
//! starts, or that `follow` shows.
//! With `--no-wait` the command fails instead.

use super::Options;
use crate::aws::{
    Clients, find, latest_start, wait_for_description, wait_until_gone, wait_until_settled,
};
use crate::follow::{Following, Operation, follow};
use crate::model::{OperationEvents, Stack, StackState, Start, Status};
use crate::{Error, render};

/// Waits until no operation is running on the stack. Returns the stack, or `None` if it does not
/// exist.
pub(super) async fn wait_until_idle(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let mut existing = find(clients, &stack.name).await?;
    while let Some(state) = existing {
        if !state.status.is_in_progress() {
            return Ok(Some(state));
        }
        let start = latest_start(clients, &state.id).await?;
        let running = render::running(&state, start.as_ref());
        if options.following.no_wait {
            return Err(Error::InProgress {
                stack: state.name,
                running,
            });
        }
        options
            .output
            .progress(&format!("{running}: waiting for its end"));
        existing = if let Some(start) = start {
            follow_other(clients, stack, &state, start, options).await?
        } else {
            wait_until_settled(clients, &state.id).await?;
            find(clients, &stack.name).await?
        };
    }
    Ok(None)
}

/// The stack with this name after an operation on it has ended.
pub(super) async fn stack_after(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    status: &Status,
) -> Result<Option<StackState>, Error> {
    if status.is_deleted() {
        return wait_until_gone(clients, &stack.name, &state.id).await;
    }
    let described = wait_for_description(clients, &state.id, status).await?;
    Ok(described.map(|described| described.state))
}

/// Follows an operation that somebody else has started, without a time limit and an observer. If that
/// operation fails, the wait is over all the same.
async fn follow_other(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    start: Start,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let operation = Operation {
        stack_id: &state.id,
        events: OperationEvents::From(start.event_id),
        template: stack.template,
        expected: 0,
    };
    let status = match follow(clients, operation, options.output, &Following::default()).await {
        Ok(status) => status,
        Err(Error::Failed(failed)) => failed.status,
        Err(err) => return Err(err),
    };
    stack_after(clients, stack, state, &status).await
}
