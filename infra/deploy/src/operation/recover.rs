//! The way back to a good state, from every state that an earlier operation may have left.

use crate::attach::last_failure;
use crate::described::{gone, settled};
use crate::events::{Since, latest_beginning};
use crate::follow::{Operation, follow};
use crate::poll::Poll;
use crate::render::Shown;
use crate::{
    Clients, Error, Following, Options, Stack, StackState, change_set, destroy, find, render,
};

/// An operation that this program has ended before it was done.
#[derive(Debug)]
pub(crate) struct Ending {
    /// The token that the events carry from now on.
    pub(crate) token: String,
    /// What was done, in words.
    pub(crate) what: &'static str,
}

/// Leads the stack to where it can be created or updated, and says what it does for that.
///
/// Returns the stack if it stands and can be updated.
pub(crate) async fn recover(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let mut standing = quiet(clients, stack, options).await?;
    while let Some(state) = standing {
        standing = match state.status.as_str() {
            "UPDATE_ROLLBACK_FAILED" => continue_rollback(clients, stack, &state, options).await?,
            "DELETE_FAILED" => return Err(held(clients, stack, &state).await?),
            _ if state.is_stillborn() => delete_stillborn(clients, stack, &state, options).await?,
            _ => return Ok(Some(state)),
        };
    }
    Ok(None)
}

/// The stack, once nothing is at work on it: never two operations at once.
pub(crate) async fn quiet(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let mut standing = find(clients, &stack.name).await?;
    while let Some(state) = standing {
        if !state.is_in_progress() {
            return Ok(Some(state));
        }
        let beginning = latest_beginning(clients, &state.id).await?;
        let running = render::running(&state, beginning.as_ref());
        if options.following.no_wait {
            return Err(Error::InProgress {
                stack: state.name,
                running,
            });
        }
        options
            .output
            .progress(&format!("{running}: waiting for its end"));
        let Some(beginning) = beginning else {
            wait(clients, &state.id).await?;
            standing = find(clients, &stack.name).await?;
            continue;
        };
        let operation = Operation {
            stack_id: &state.id,
            since: Since::Event(beginning.event_id),
            template: stack.template,
            expected: 0,
        };
        // It is somebody else's: it is neither timed out nor looked into, and its failure is not ours.
        let status = match follow(clients, operation, options.output, &Following::default()).await {
            Ok(status) => status,
            Err(Error::Failed(failed)) => failed.status,
            Err(err) => return Err(err),
        };
        standing = after(clients, stack, &state, &status).await?;
    }
    Ok(None)
}

/// What has the name of the stack after an operation on it.
async fn after(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    status: &str,
) -> Result<Option<StackState>, Error> {
    if status == "DELETE_COMPLETE" {
        return gone(clients, &stack.name, &state.id).await;
    }
    let described = settled(clients, &state.id, status).await?;
    Ok(described.map(|described| described.state))
}

/// An error when nothing can be compared with the stack until its state is left.
pub(crate) fn ensure_comparable(state: &StackState) -> Result<(), Error> {
    let stack = state.name.clone();
    if state.is_in_progress() {
        let running = render::running(state, None);
        return Err(Error::InProgress { stack, running });
    }
    match state.status.as_str() {
        "DELETE_FAILED" | "UPDATE_ROLLBACK_FAILED" => Err(Error::Stuck {
            stack,
            status: state.status.clone(),
        }),
        _ => Ok(()),
    }
}

/// Ends what runs on the stack, where that can be ended.
pub(crate) async fn end(clients: &Clients, stack_id: &str) -> Result<Option<Ending>, Error> {
    let token = change_set::unique_name("end");
    let state = find(clients, stack_id).await?;
    let status = state.map(|state| state.status).unwrap_or_default();
    let what = match status.as_str() {
        "CREATE_IN_PROGRESS" => {
            let deletion = clients.cloudformation.delete_stack();
            let deletion = deletion.stack_name(stack_id).client_request_token(&token);
            deletion.send().await?;
            "the unfinished creation was deleted"
        }
        "UPDATE_IN_PROGRESS" => {
            let cancellation = clients.cloudformation.cancel_update_stack();
            let cancellation = cancellation.stack_name(stack_id);
            cancellation.client_request_token(&token).send().await?;
            "the update was cancelled"
        }
        _ => return Ok(None),
    };
    Ok(Some(Ending { token, what }))
}

/// Continues a rollback that had failed, without the resources that the user wants to skip; gives the
/// stack as it stands then.
async fn continue_rollback(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let skip = &options.skip;
    options
        .output
        .progress(&render::continued_rollback(&state.name, skip));
    let token = change_set::unique_name("rollback");
    clients
        .cloudformation
        .continue_update_rollback()
        .stack_name(&state.id)
        .set_resources_to_skip((!skip.is_empty()).then(|| skip.clone()))
        .client_request_token(&token)
        .send()
        .await?;
    let operation = Operation {
        stack_id: &state.id,
        since: Since::Tokens(vec![token]),
        template: stack.template,
        expected: 0,
    };
    let status = follow(clients, operation, options.output, &options.following).await?;
    after(clients, stack, state, &status).await
}

/// Deletes what was never created to the end, since no update leads out of it; gives the stack that
/// has its name then, if any.
async fn delete_stillborn(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    options.output.progress(&format!(
        "{} is in {}: it was never created to the end, so it is deleted first",
        state.name,
        Shown(&state.status)
    ));
    if state.status == "REVIEW_IN_PROGRESS" {
        delete_unreviewed(clients, &state.id).await?;
        return gone(clients, &stack.name, &state.id).await;
    }
    destroy::delete(clients, stack, state, 0, options).await
}

/// Why a stack could not be deleted, from the events of the attempt.
async fn held(clients: &Clients, stack: &Stack, state: &StackState) -> Result<Error, Error> {
    let failed = last_failure(clients, stack, state).await?;
    Ok(failed.unwrap_or_else(|| Error::Stuck {
        stack: state.name.clone(),
        status: state.status.clone(),
    }))
}

/// Deletes a stack that has no resources yet, quietly, and waits until it is gone.
pub(crate) async fn delete_unreviewed(clients: &Clients, stack_id: &str) -> Result<(), Error> {
    clients
        .cloudformation
        .delete_stack()
        .stack_name(stack_id)
        .send()
        .await?;
    wait(clients, stack_id).await
}

/// Waits until nothing is at work on the stack.
async fn wait(clients: &Clients, stack_id: &str) -> Result<(), Error> {
    let mut poll = Poll::new();
    loop {
        match poll.seen(find(clients, stack_id).await)? {
            Some(state) if state.as_ref().is_none_or(is_at_rest) => return Ok(()),
            _ => poll.pause().await,
        }
    }
}

/// A deletion that was asked for but has not begun leaves the stack under review for a moment.
fn is_at_rest(state: &StackState) -> bool {
    !state.status.ends_with("_IN_PROGRESS")
}
