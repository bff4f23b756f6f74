use crate::destroy::delete;
use crate::poll::Poll;
use crate::{Clients, Error, Output, StackState, find};

/// Deletes what an earlier deployment left half-made, since no update leads out of it.
///
/// Returns the stack if it stands and can be updated.
pub(crate) async fn recover(
    clients: &Clients,
    name: &str,
    output: Output,
) -> Result<Option<StackState>, Error> {
    let Some(state) = find(clients, name).await? else {
        return Ok(None);
    };
    state.ensure_updatable()?;
    if !state.is_stillborn() {
        return Ok(Some(state));
    }
    output.progress(&format!(
        "{name} is in {}: it was never created to the end, so it is deleted first",
        state.status
    ));
    if state.status == "REVIEW_IN_PROGRESS" {
        delete_unreviewed(clients, &state.id).await?;
    } else {
        delete(clients, &state.id, output).await?;
    }
    Ok(None)
}

/// Deletes a stack that has no resources yet, quietly, and waits until it is gone.
pub(crate) async fn delete_unreviewed(clients: &Clients, stack_id: &str) -> Result<(), Error> {
    clients
        .cloudformation
        .delete_stack()
        .stack_name(stack_id)
        .send()
        .await?;
    let mut poll = Poll::new();
    loop {
        match poll.seen(find(clients, stack_id).await)? {
            Some(state) if is_gone(state.as_ref()) => return Ok(()),
            _ => poll.pause().await,
        }
    }
}

fn is_gone(state: Option<&StackState>) -> bool {
    state.is_none_or(|state| state.status == "DELETE_COMPLETE")
}
