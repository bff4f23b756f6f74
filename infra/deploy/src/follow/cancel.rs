//! Ending an operation early.

use crate::Error;
use crate::aws::{Clients, cancel_update, delete_stack, find};

/// An operation that this program has ended before it was done.
#[derive(Debug)]
pub(super) struct Cancelled {
    /// The token that the events carry from now on.
    pub(super) token: String,
    /// What was done, in words.
    pub(super) what: &'static str,
}

/// Ends the running operation, if it can be ended: cancels an update, deletes an unfinished creation.
pub(super) async fn cancel(clients: &Clients, stack_id: &str) -> Result<Option<Cancelled>, Error> {
    let Some(state) = find(clients, stack_id).await? else {
        return Ok(None);
    };
    let (token, what) = if state.status.is_creating() {
        let token = delete_stack(clients, stack_id, &[]).await?;
        (token, "the unfinished creation was deleted")
    } else if state.status.is_updating() {
        let token = cancel_update(clients, stack_id).await?;
        (token, "the update was cancelled")
    } else {
        return Ok(None);
    };
    Ok(Some(Cancelled { token, what }))
}
