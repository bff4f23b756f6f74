//! The latest operation on a stack, running or ended, whoever requested it.

use crate::Error;
use crate::aws::{Clients, events_of, latest_start};
use crate::follow::{failures, succeeded};
use crate::model::{Event, FailedOperation, OperationEvents, Stack, StackState, Start, Status};

/// An operation, read from its events.
pub(super) struct LatestOperation {
    pub(super) start: Start,
    /// The status of the stack in its latest event.
    pub(super) status: Status,
    events: Vec<Event>,
}

/// The latest operation on the stack.
///
/// The events say whether it is running; `DescribeStacks` can be behind them.
pub(super) async fn latest_operation(
    clients: &Clients,
    stack_id: &str,
) -> Result<Option<LatestOperation>, Error> {
    let Some(start) = latest_start(clients, stack_id).await? else {
        return Ok(None);
    };
    let since = OperationEvents::From(start.event_id.clone());
    let events = events_of(clients, stack_id, &since).await?;
    let of_stack = events.iter().rfind(|event| event.is_of_stack(stack_id));
    let status = of_stack.map(|event| event.status.clone());
    // Between the two reads the events cannot have gone, so the start is among them.
    Ok(status.map(|status| LatestOperation {
        start,
        status,
        events,
    }))
}

/// How the latest operation on a stack failed, if it has ended and failed.
pub(super) async fn latest_failure(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
) -> Result<Option<Error>, Error> {
    let latest = latest_operation(clients, &state.id).await?;
    let ended = latest.filter(|latest| latest.status.is_settled());
    Ok(ended.and_then(|latest| latest.outcome(stack, &state.id).err()))
}

impl LatestOperation {
    /// The status in which it ended, or how it failed.
    pub(super) fn outcome(self, stack: &Stack, stack_id: &str) -> Result<Status, Error> {
        if succeeded(stack_id, &self.events, &self.status) {
            return Ok(self.status);
        }
        Err(Error::Failed(Box::new(FailedOperation {
            stack: stack.name.to_string(),
            status: self.status,
            stopped_by_us: None,
            failures: failures(stack_id, &self.events, stack.template),
            findings: None,
            cause: None,
        })))
    }
}
