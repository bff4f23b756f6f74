//! The events of a stack.
//!
//! AWS gives the newest first, in pages, so reading ends at the first event that is known or belongs
//! to an older operation.

use std::collections::HashSet;

use aws_sdk_cloudformation::operation::describe_stack_events::DescribeStackEventsOutput;
use aws_sdk_cloudformation::primitives::DateTime;
use aws_sdk_cloudformation::types::{ResourceStatus, StackEvent};

use super::Clients;
use super::text::text;
use crate::Error;
use crate::model::{Event, OperationEvents, Start, Status};

/// All events of an operation, oldest first.
pub(crate) async fn events_of(
    clients: &Clients,
    stack_id: &str,
    operation: &OperationEvents,
) -> Result<Vec<Event>, Error> {
    unseen_events(clients, stack_id, operation, &mut HashSet::new()).await
}

/// The events of an operation that are not in `seen` yet, oldest first; adds them to `seen`.
pub(crate) async fn unseen_events(
    clients: &Clients,
    stack_id: &str,
    operation: &OperationEvents,
    seen: &mut HashSet<String>,
) -> Result<Vec<Event>, Error> {
    let mut new: Vec<StackEvent> = Vec::new();
    let mut next_token = None;
    loop {
        let page = page(clients, stack_id, next_token).await?;
        let is_end = take_new(page.stack_events(), operation, seen, &mut new);
        next_token = page.next_token.filter(|_| !is_end);
        if next_token.is_none() {
            break;
        }
    }
    // Only after the last page: a failure half-way must not lose the pages before it.
    seen.extend(new.iter().map(|event| text(event.event_id.as_ref())));
    Ok(new.iter().rev().map(Event::from).collect())
}

/// The start of the latest operation on the stack.
pub(crate) async fn latest_start(
    clients: &Clients,
    stack_id: &str,
) -> Result<Option<Start>, Error> {
    latest(clients, stack_id, |event| {
        starts_operation(event, stack_id).then(|| Start {
            event_id: text(event.event_id.as_ref()),
            time: Event::from(event).time,
            token: event.client_request_token.clone(),
        })
    })
    .await
}

/// The status in the latest event of the stack itself, whoever caused it.
pub(crate) async fn latest_status(
    clients: &Clients,
    stack_id: &str,
) -> Result<Option<Status>, Error> {
    latest(clients, stack_id, |event| {
        let event = Event::from(event);
        event.is_of_stack(stack_id).then_some(event.status)
    })
    .await
}

/// What `find` finds first, from the newest event on.
async fn latest<T>(
    clients: &Clients,
    stack_id: &str,
    find: impl Fn(&StackEvent) -> Option<T>,
) -> Result<Option<T>, Error> {
    let mut next_token = None;
    loop {
        let page = page(clients, stack_id, next_token).await?;
        if let Some(found) = page.stack_events().iter().find_map(&find) {
            return Ok(Some(found));
        }
        next_token = page.next_token;
        if next_token.is_none() {
            return Ok(None);
        }
    }
}

async fn page(
    clients: &Clients,
    stack_id: &str,
    next_token: Option<String>,
) -> Result<DescribeStackEventsOutput, Error> {
    let page = clients
        .cloudformation
        .describe_stack_events()
        .stack_name(stack_id)
        .set_next_token(next_token)
        .send()
        .await?;
    Ok(page)
}

/// Adds the new events of a page, and returns whether all older events are known or of an older
/// operation.
fn take_new(
    page: &[StackEvent],
    operation: &OperationEvents,
    seen: &HashSet<String>,
    new: &mut Vec<StackEvent>,
) -> bool {
    for event in page {
        let id = event.event_id();
        if id.is_some_and(|id| seen.contains(id)) {
            return true;
        }
        match operation {
            OperationEvents::WithTokens(tokens) => {
                let token = event.client_request_token();
                if !tokens.iter().any(|known| Some(known.as_str()) == token) {
                    return true;
                }
                new.push(event.clone());
            }
            OperationEvents::From(first) => {
                new.push(event.clone());
                if id == Some(first) {
                    return true;
                }
            }
        }
    }
    false
}

/// Whether the event is the first of an operation. A rollback or a deletion that follows from a
/// failure belongs to the operation that failed.
fn starts_operation(event: &StackEvent, stack_id: &str) -> bool {
    let event = Event::from(event);
    let status = &event.status;
    let is_requested = if status.is_deleting() {
        !event.reason.contains("failed to create")
    } else if status.is_rolling_back() {
        event.reason == "User Initiated"
    } else {
        status.is_creating() || status.is_updating() || status.is_importing()
    };
    is_requested && event.is_of_stack(stack_id)
}

impl From<&StackEvent> for Event {
    fn from(event: &StackEvent) -> Self {
        let status = event.resource_status().map(ResourceStatus::as_str);
        Self {
            time: event.timestamp().map_or(0, DateTime::secs),
            logical_id: text(event.logical_resource_id.as_ref()),
            physical_id: text(event.physical_resource_id.as_ref()),
            resource_type: text(event.resource_type.as_ref()),
            status: status.map_or_else(Status::default, Status::from),
            reason: text(event.resource_status_reason.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "arn:aws:cloudformation:eu-central-1:123456789012:stack/vpc/1";

    fn sdk(id: &str, token: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent::builder()
            .event_id(id)
            .client_request_token(token)
            .resource_type("AWS::CloudFormation::Stack")
            .physical_resource_id(ID)
            .resource_status(status.into())
            .resource_status_reason(reason)
            .build()
    }

    fn taken(operation: &OperationEvents, seen: &[&str]) -> (bool, Vec<String>) {
        // The newest comes first.
        let page = [
            sdk("3", "mine", "UPDATE_COMPLETE", ""),
            sdk("2", "mine", "UPDATE_IN_PROGRESS", "User Initiated"),
            sdk("1", "other", "CREATE_COMPLETE", ""),
        ];
        let seen = seen.iter().map(|id| (*id).to_owned()).collect();
        let mut new = Vec::new();
        let reached = take_new(&page, operation, &seen, &mut new);
        (
            reached,
            new.into_iter().filter_map(|e| e.event_id).collect(),
        )
    }

    #[test]
    fn events_of_other_operations_and_known_ones_are_not_new() {
        let mine = OperationEvents::WithTokens(vec!["mine".into()]);
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(taken(&mine, &[]), (true, ids(&["3", "2"])));
        assert_eq!(taken(&mine, &["2"]), (true, ids(&["3"])));
        assert_eq!(
            taken(&OperationEvents::From("2".into()), &[]),
            (true, ids(&["3", "2"]))
        );
        let before = OperationEvents::From("0".into());
        assert_eq!(taken(&before, &[]), (false, ids(&["3", "2", "1"])));
    }

    #[test]
    fn an_operation_starts_with_a_request() {
        let starts = |status, reason| starts_operation(&sdk("1", "", status, reason), ID);
        assert!(starts("UPDATE_IN_PROGRESS", "User Initiated"));
        assert!(starts("DELETE_IN_PROGRESS", ""));
        assert!(starts("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"));
        let failed = "The following resource(s) failed to create: [A]. Delete requested by user.";
        assert!(!starts("DELETE_IN_PROGRESS", failed));
        assert!(!starts("ROLLBACK_IN_PROGRESS", failed));
        assert!(!starts("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ""));
    }
}
