//! Waits until `DescribeStacks` shows the result of an operation: it can be seconds behind the events.

use super::{Clients, Poll, find};
use crate::Error;
use crate::model::{StackState, Status};

/// How often `DescribeStacks` is called before the events alone count: 12 s at the pace of [`Poll`].
const MOST_CALLS: u32 = 15;

/// A stack after an operation.
#[derive(Debug)]
pub(crate) struct Described {
    /// The stack, with the status of its last event.
    pub(crate) state: StackState,
    /// Whether `DescribeStacks` is still behind the events, so that the rest may be old.
    pub(crate) lags: bool,
}

/// The stack, described with the status in which its operation has ended.
///
/// If the description still has another status after [`MOST_CALLS`], the status of the events
/// replaces it, since the events are ahead.
pub(crate) async fn wait_for_description(
    clients: &Clients,
    stack_id: &str,
    status: &Status,
) -> Result<Option<Described>, Error> {
    let agrees = |state: Option<&StackState>| state.is_some_and(|state| state.status == *status);
    let state = find_until(clients, stack_id, agrees).await?;
    Ok(state.map(|mut state| {
        let lags = state.status != *status;
        state.status.clone_from(status);
        Described { state, lags }
    }))
}

/// Waits until a deleted stack is gone. Returns the stack that has its name afterwards, if somebody
/// created it again.
pub(crate) async fn wait_until_gone(
    clients: &Clients,
    name: &str,
    stack_id: &str,
) -> Result<Option<StackState>, Error> {
    let is_other = |state: Option<&StackState>| state.is_none_or(|state| state.id != stack_id);
    let state = find_until(clients, name, is_other).await?;
    Ok(state.filter(|state| is_other(Some(state))))
}

/// Waits until the stack has a status in which an operation can end, or no longer exists.
pub(crate) async fn wait_until_settled(clients: &Clients, stack_id: &str) -> Result<(), Error> {
    let mut poll = Poll::new();
    loop {
        match poll.check(find(clients, stack_id).await)? {
            Some(state) if state.as_ref().is_none_or(|state| state.status.is_settled()) => {
                return Ok(());
            }
            _ => poll.pause().await,
        }
    }
}

/// Deletes a stack that is under review, which has no resources, and waits until it is gone.
pub(crate) async fn delete_unreviewed(clients: &Clients, stack_id: &str) -> Result<(), Error> {
    clients
        .cloudformation
        .delete_stack()
        .stack_name(stack_id)
        .send()
        .await?;
    wait_until_settled(clients, stack_id).await
}

/// Describes the stack until it is as expected, at most [`MOST_CALLS`] times. Returns the last
/// description.
async fn find_until(
    clients: &Clients,
    name: &str,
    is_expected: impl Fn(Option<&StackState>) -> bool,
) -> Result<Option<StackState>, Error> {
    let mut poll = Poll::new();
    let mut last = None;
    for _ in 0..MOST_CALLS {
        if let Some(state) = poll.check(find(clients, name).await)? {
            if is_expected(state.as_ref()) {
                return Ok(state);
            }
            last = state;
        }
        poll.pause().await;
    }
    Ok(last)
}
