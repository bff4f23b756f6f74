//! What `DescribeStacks` says after an operation: it can lag seconds behind the events.

use crate::poll::Poll;
use crate::{Clients, Error, StackState, find};

/// How often `DescribeStacks` is asked before the events alone count: 12 s at the pace of [`Poll`].
const LOOKS: u32 = 15;

/// The stack, once it is described with the status in which the events have ended.
///
/// A description that still lags after [`LOOKS`] gets that status, since the events were there first;
/// [`Described::lags`] then tells that the rest of it may be old.
pub(crate) async fn settled(
    clients: &Clients,
    stack_id: &str,
    status: &str,
) -> Result<Option<Described>, Error> {
    let agrees = |state: Option<&StackState>| state.is_some_and(|state| state.status == status);
    let state = look_until(clients, stack_id, agrees).await?;
    Ok(state.map(|mut state| {
        let lags = state.status != status;
        status.clone_into(&mut state.status);
        Described { state, lags }
    }))
}

/// Waits until the name of a deleted stack is free; gives the stack that has the name now, if any.
pub(crate) async fn gone(
    clients: &Clients,
    name: &str,
    stack_id: &str,
) -> Result<Option<StackState>, Error> {
    let is_other = |state: Option<&StackState>| state.is_none_or(|state| state.id != stack_id);
    let state = look_until(clients, name, is_other).await?;
    Ok(state.filter(|state| is_other(Some(state))))
}

/// A stack after an operation.
#[derive(Debug)]
pub(crate) struct Described {
    /// The stack, with the status of its last event.
    pub(crate) state: StackState,
    /// Whether `DescribeStacks` has not caught up with the events.
    pub(crate) lags: bool,
}

/// Looks until it is as it should be, or often enough; gives what was seen last.
async fn look_until(
    clients: &Clients,
    name: &str,
    is_right: impl Fn(Option<&StackState>) -> bool,
) -> Result<Option<StackState>, Error> {
    let mut poll = Poll::new();
    let mut last = None;
    for _ in 0..LOOKS {
        if let Some(state) = poll.seen(find(clients, name).await)? {
            if is_right(state.as_ref()) {
                return Ok(state);
            }
            last = state;
        }
        poll.pause().await;
    }
    Ok(last)
}
