use std::collections::HashSet;

use aws_sdk_cloudformation::types::StackEvent;

use crate::poll::Poll;
use crate::state::{second, text};
use crate::{Clients, Error, Output, render};

const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

/// Something that happened to a resource, or to the stack itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, to the second.
    pub time: String,
    /// The name in the template, or the stack's.
    pub logical_id: String,
    /// The name or id at AWS.
    pub physical_id: String,
    /// The type, as `AWS::DynamoDB::Table`.
    pub resource_type: String,
    /// The status, as `CREATE_FAILED`.
    pub status: String,
    /// AWS's own reason.
    pub reason: String,
}

/// What failed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The name in the template.
    pub logical_id: String,
    /// The type, as `AWS::DynamoDB::Table`.
    pub resource_type: String,
    /// AWS's own reason.
    pub reason: String,
}

/// Follows one operation to its end, and fails when the operation does.
///
/// The stack is followed by its ARN, which outlives it, and the operation by its token, so that
/// neither an earlier operation nor the local clock can confuse it.
pub(crate) async fn follow(
    clients: &Clients,
    stack_id: &str,
    token: &str,
    output: Output,
) -> Result<(), Error> {
    let stack = stack_name(stack_id).to_owned();
    let (status, failures) = tokio::select! {
        settled = settle(clients, stack_id, token, output) => settled?,
        _ = tokio::signal::ctrl_c() => return Err(Error::Interrupted { stack }),
    };
    if status.ends_with("_COMPLETE") && !status.contains("ROLLBACK") {
        return Ok(());
    }
    Err(Error::Failed {
        stack,
        status,
        failures,
    })
}

async fn settle(
    clients: &Clients,
    stack_id: &str,
    token: &str,
    output: Output,
) -> Result<(String, Vec<Failure>), Error> {
    let mut poll = Poll::new();
    let mut seen = HashSet::new();
    let mut events = Vec::new();
    loop {
        let look = unseen(clients, stack_id, token, &mut seen).await;
        let new = poll.seen(look)?.unwrap_or_default();
        for event in &new {
            output.progress(&render::event(event));
        }
        let status = final_status(stack_id, &new);
        events.extend(new);
        if let Some(status) = status {
            return Ok((status, failures(stack_id, &events)));
        }
        poll.pause().await;
    }
}

/// The events of the operation that were not seen yet, oldest first.
///
/// AWS gives the newest first, so paging ends at what is known or belongs to an older operation.
async fn unseen(
    clients: &Clients,
    stack_id: &str,
    token: &str,
    seen: &mut HashSet<String>,
) -> Result<Vec<Event>, Error> {
    let mut new: Vec<StackEvent> = Vec::new();
    let mut next_token = None;
    loop {
        let page = clients
            .cloudformation
            .describe_stack_events()
            .stack_name(stack_id)
            .set_next_token(next_token)
            .send()
            .await?;
        let before = new.len();
        new.extend(
            page.stack_events()
                .iter()
                .filter(|e| is_unseen(e, token, seen))
                .cloned(),
        );
        let reached_known = new.len() - before < page.stack_events().len();
        next_token = page.next_token.filter(|_| !reached_known);
        if next_token.is_none() {
            break;
        }
    }
    // Only now that every page has come: a failure half-way must not lose the pages before it.
    seen.extend(new.iter().map(|event| text(event.event_id.as_ref())));
    Ok(new.iter().rev().map(Event::from).collect())
}

fn is_unseen(event: &StackEvent, token: &str, seen: &HashSet<String>) -> bool {
    event.client_request_token() == Some(token)
        && !event.event_id().is_some_and(|id| seen.contains(id))
}

/// The status in which the stack came to rest, if it has.
fn final_status(stack_id: &str, events: &[Event]) -> Option<String> {
    events
        .iter()
        .filter(|event| event.is_of_stack(stack_id))
        .map(|event| &event.status)
        .find(|status| !status.ends_with("_IN_PROGRESS"))
        .cloned()
}

/// What failed, in the order of time: the first is the root cause, and what was only cancelled
/// because of it is left out.
fn failures(stack_id: &str, events: &[Event]) -> Vec<Failure> {
    let failed = |event: &&Event| {
        event.status.ends_with("_FAILED")
            && !matches!(
                event.reason.as_str(),
                "Resource creation cancelled" | "Resource update cancelled"
            )
    };
    let (of_stack, of_resources): (Vec<_>, Vec<_>) = events
        .iter()
        .filter(failed)
        .partition(|event| event.is_of_stack(stack_id));
    // The stack's own event only counts up the resources, so it matters where there are none.
    let failed = if of_resources.is_empty() {
        of_stack
    } else {
        of_resources
    };
    failed.into_iter().map(Failure::from).collect()
}

/// The name in `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID`.
fn stack_name(stack_id: &str) -> &str {
    stack_id.split('/').nth(1).unwrap_or(stack_id)
}

impl Event {
    fn is_of_stack(&self, stack_id: &str) -> bool {
        self.resource_type == STACK_TYPE && self.physical_id == stack_id
    }
}

impl From<&StackEvent> for Event {
    fn from(event: &StackEvent) -> Self {
        Self {
            time: event.timestamp().map(second).unwrap_or_default(),
            logical_id: text(event.logical_resource_id.as_ref()),
            physical_id: text(event.physical_resource_id.as_ref()),
            resource_type: text(event.resource_type.as_ref()),
            status: event
                .resource_status()
                .map_or_else(String::new, |status| status.as_str().to_owned()),
            reason: text(event.resource_status_reason.as_ref()),
        }
    }
}

impl From<&Event> for Failure {
    fn from(event: &Event) -> Self {
        Self {
            logical_id: event.logical_id.clone(),
            resource_type: event.resource_type.clone(),
            reason: event.reason.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "arn:aws:cloudformation:eu-central-1:123456789012:stack/vpc/1";

    fn event(resource_type: &str, logical_id: &str, status: &str, reason: &str) -> Event {
        Event {
            time: String::new(),
            logical_id: logical_id.into(),
            physical_id: if resource_type == STACK_TYPE {
                ID.into()
            } else {
                String::new()
            },
            resource_type: resource_type.into(),
            status: status.into(),
            reason: reason.into(),
        }
    }

    #[test]
    fn the_root_cause_comes_first_and_the_cancelled_are_left_out() {
        let events = [
            event(
                "AWS::EC2::Subnet",
                "A",
                "CREATE_FAILED",
                "Resource creation cancelled",
            ),
            event(
                "AWS::EC2::Subnet",
                "B",
                "CREATE_FAILED",
                "The CIDR is invalid",
            ),
            event(
                STACK_TYPE,
                "vpc",
                "ROLLBACK_IN_PROGRESS",
                "The following resource(s) failed",
            ),
            event("AWS::EC2::VPC", "C", "DELETE_FAILED", "has dependencies"),
            event(
                STACK_TYPE,
                "vpc",
                "ROLLBACK_FAILED",
                "The following resource(s) failed",
            ),
        ];
        let failures = failures(ID, &events);
        let ids: Vec<_> = failures.iter().map(|f| f.logical_id.as_str()).collect();
        assert_eq!(ids, ["B", "C"]);
        assert_eq!(failures[0].reason, "The CIDR is invalid");
    }

    #[test]
    fn a_failure_of_the_stack_alone_is_reported() {
        let events = [event(STACK_TYPE, "vpc", "DELETE_FAILED", "no permission")];
        assert_eq!(failures(ID, &events)[0].reason, "no permission");
    }

    #[test]
    fn only_the_stack_itself_ends_the_operation() {
        let running = [
            event("AWS::EC2::VPC", "VPC", "UPDATE_COMPLETE", ""),
            event(STACK_TYPE, "vpc", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ""),
        ];
        assert_eq!(final_status(ID, &running), None);
        let ended = [event(STACK_TYPE, "vpc", "UPDATE_COMPLETE", "")];
        assert_eq!(final_status(ID, &ended).as_deref(), Some("UPDATE_COMPLETE"));
    }

    #[test]
    fn events_of_other_operations_and_known_ones_are_not_new() {
        let event = StackEvent::builder()
            .event_id("1")
            .client_request_token("mine")
            .build();
        assert!(is_unseen(&event, "mine", &HashSet::new()));
        assert!(!is_unseen(&event, "other", &HashSet::new()));
        assert!(!is_unseen(&event, "mine", &HashSet::from(["1".to_owned()])));
    }

    #[test]
    fn the_name_is_in_the_arn() {
        assert_eq!(stack_name(ID), "vpc");
        assert_eq!(stack_name("vpc"), "vpc");
    }
}
