//! The events of an operation, and what they come to.

use std::collections::HashSet;

use aws_sdk_cloudformation::operation::describe_stack_events::DescribeStackEventsOutput;
use aws_sdk_cloudformation::primitives::DateTime;
use aws_sdk_cloudformation::types::StackEvent;

use crate::state::text;
use crate::{Clients, Error, template};

const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

/// Something that happened to a resource, or to the stack itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, in seconds since 1970.
    pub time: i64,
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
    /// The line in the template, where the resource is still in it.
    pub line: Option<usize>,
    /// AWS's own reason.
    pub reason: String,
    /// Whether it failed on the way back, after something else had failed.
    pub in_rollback: bool,
}

/// Which events belong to an operation: neither an earlier one nor the local clock can confuse it.
#[derive(Debug, Clone)]
pub(crate) enum Since {
    /// Those that carry one of the tokens with which this program asked for it.
    Tokens(Vec<String>),
    /// Those from this event on, for an operation that somebody else has asked for.
    Event(String),
}

/// The beginning of an operation that was found on a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beginning {
    pub(crate) event_id: String,
    /// When, in seconds since 1970.
    pub(crate) time: i64,
    /// The token of whoever asked for it, where one was given.
    pub(crate) token: Option<String>,
}

/// The events of the operation that were not seen yet, oldest first.
///
/// AWS gives the newest first, so paging ends at what is known or belongs to an older operation.
pub(crate) async fn unseen(
    clients: &Clients,
    stack_id: &str,
    since: &Since,
    seen: &mut HashSet<String>,
) -> Result<Vec<Event>, Error> {
    let mut new: Vec<StackEvent> = Vec::new();
    let mut next_token = None;
    loop {
        let page = page(clients, stack_id, next_token).await?;
        let reached_known = take_new(page.stack_events(), since, seen, &mut new);
        next_token = page.next_token.filter(|_| !reached_known);
        if next_token.is_none() {
            break;
        }
    }
    // Only now that every page has come: a failure half-way must not lose the pages before it.
    seen.extend(new.iter().map(|event| text(event.event_id.as_ref())));
    Ok(new.iter().rev().map(Event::from).collect())
}

/// Where the latest operation on the stack began.
pub(crate) async fn latest_beginning(
    clients: &Clients,
    stack_id: &str,
) -> Result<Option<Beginning>, Error> {
    let mut next_token = None;
    loop {
        let page = page(clients, stack_id, next_token).await?;
        if let Some(event) = page.stack_events().iter().find(|e| begins(e, stack_id)) {
            return Ok(Some(Beginning {
                event_id: text(event.event_id.as_ref()),
                time: Event::from(event).time,
                token: event.client_request_token.clone(),
            }));
        }
        next_token = page.next_token;
        if next_token.is_none() {
            return Ok(None);
        }
    }
}

/// The status in the latest event of the stack itself, whoever caused it.
pub(crate) async fn latest_status(
    clients: &Clients,
    stack_id: &str,
) -> Result<Option<String>, Error> {
    let mut next_token = None;
    loop {
        let page = page(clients, stack_id, next_token).await?;
        let mut events = page.stack_events().iter().map(Event::from);
        if let Some(event) = events.find(|event| event.is_of_stack(stack_id)) {
            return Ok(Some(event.status));
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

/// Takes the events that are new, and returns whether older ones need not be asked for.
fn take_new(
    page: &[StackEvent],
    since: &Since,
    seen: &HashSet<String>,
    new: &mut Vec<StackEvent>,
) -> bool {
    for event in page {
        let id = event.event_id().unwrap_or_default();
        if seen.contains(id) {
            return true;
        }
        match since {
            Since::Tokens(tokens) => {
                let token = event.client_request_token().unwrap_or_default();
                if !tokens.iter().any(|known| known == token) {
                    return true;
                }
                new.push(event.clone());
            }
            Since::Event(first) => {
                new.push(event.clone());
                if id == first {
                    return true;
                }
            }
        }
    }
    false
}

/// Whether the event is the first of an operation: what follows from a failure is none of its own.
fn begins(event: &StackEvent, stack_id: &str) -> bool {
    let reason = event.resource_status_reason().unwrap_or_default();
    let event = Event::from(event);
    event.is_of_stack(stack_id)
        && match event.status.as_str() {
            "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS" | "IMPORT_IN_PROGRESS" => true,
            "DELETE_IN_PROGRESS" => !reason.contains("failed to create"),
            status => status.ends_with("ROLLBACK_IN_PROGRESS") && reason == "User Initiated",
        }
}

/// Whether nothing is at work on what has this status.
pub(crate) fn is_settled(status: &str) -> bool {
    !status.ends_with("_IN_PROGRESS")
}

/// The status in which the stack came to rest, if it has.
pub(crate) fn final_status(stack_id: &str, events: &[Event]) -> Option<String> {
    events
        .iter()
        .filter(|event| event.is_of_stack(stack_id))
        .map(|event| &event.status)
        .find(|status| is_settled(status))
        .cloned()
}

/// Whether an operation has come to what it was begun for.
pub(crate) fn has_succeeded(stack_id: &str, events: &[Event], status: &str) -> bool {
    let first = events.iter().find(|event| event.is_of_stack(stack_id));
    match first.and_then(|event| event.status.strip_suffix("_IN_PROGRESS")) {
        Some(begun) => status.strip_suffix("_COMPLETE") == Some(begun),
        None => status.ends_with("_COMPLETE") && !status.contains("ROLLBACK"),
    }
}

/// What failed, in the order of time: the first is the root cause, and what was only cancelled
/// because of it is left out.
pub(crate) fn failures(stack_id: &str, events: &[Event], template: &str) -> Vec<Failure> {
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
    let rolls_back = |event: &Event| {
        event.is_of_stack(stack_id) && event.status.contains("ROLLBACK_IN_PROGRESS")
    };
    let turn = events.iter().position(rolls_back).map(|at| &events[at..]);
    failed
        .into_iter()
        .map(|event| Failure {
            logical_id: event.logical_id.clone(),
            resource_type: event.resource_type.clone(),
            line: template::line_of(template, &["Resources", &event.logical_id]),
            reason: event.reason.clone(),
            in_rollback: turn
                .is_some_and(|back| back.iter().any(|other| std::ptr::eq(other, event))),
        })
        .collect()
}

/// The name in `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID`.
pub(crate) fn stack_name(stack_id: &str) -> &str {
    stack_id.split('/').nth(1).unwrap_or(stack_id)
}

impl Event {
    pub(crate) fn is_of_stack(&self, stack_id: &str) -> bool {
        self.resource_type == STACK_TYPE && self.physical_id == stack_id
    }
}

impl From<&StackEvent> for Event {
    fn from(event: &StackEvent) -> Self {
        Self {
            time: event.timestamp().map_or(0, DateTime::secs),
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

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "arn:aws:cloudformation:eu-central-1:123456789012:stack/vpc/1";

    fn event(resource_type: &str, logical_id: &str, status: &str, reason: &str) -> Event {
        Event {
            time: 0,
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
        let failures = failures(ID, &events, "");
        let ids: Vec<_> = failures.iter().map(|f| f.logical_id.as_str()).collect();
        assert_eq!(ids, ["B", "C"]);
        assert_eq!(failures[0].reason, "The CIDR is invalid");
        assert_eq!(
            failures.iter().map(|f| f.in_rollback).collect::<Vec<_>>(),
            [false, true]
        );
    }

    #[test]
    fn a_failure_of_the_stack_alone_is_reported() {
        let events = [event(STACK_TYPE, "vpc", "DELETE_FAILED", "no permission")];
        assert_eq!(failures(ID, &events, "")[0].reason, "no permission");
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

    fn sdk(id: &str, token: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent::builder()
            .event_id(id)
            .client_request_token(token)
            .resource_type(STACK_TYPE)
            .physical_resource_id(ID)
            .resource_status(status.into())
            .resource_status_reason(reason)
            .build()
    }

    fn taken(since: &Since, seen: &[&str]) -> (bool, Vec<String>) {
        // The newest comes first.
        let page = [
            sdk("3", "mine", "UPDATE_COMPLETE", ""),
            sdk("2", "mine", "UPDATE_IN_PROGRESS", "User Initiated"),
            sdk("1", "other", "CREATE_COMPLETE", ""),
        ];
        let seen = seen.iter().map(|id| (*id).to_owned()).collect();
        let mut new = Vec::new();
        let reached = take_new(&page, since, &seen, &mut new);
        (
            reached,
            new.into_iter().filter_map(|e| e.event_id).collect(),
        )
    }

    #[test]
    fn events_of_other_operations_and_known_ones_are_not_new() {
        let mine = Since::Tokens(vec!["mine".into()]);
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(taken(&mine, &[]), (true, ids(&["3", "2"])));
        assert_eq!(taken(&mine, &["2"]), (true, ids(&["3"])));
        assert_eq!(
            taken(&Since::Event("2".into()), &[]),
            (true, ids(&["3", "2"]))
        );
        let before = Since::Event("0".into());
        assert_eq!(taken(&before, &[]), (false, ids(&["3", "2", "1"])));
    }

    #[test]
    fn an_operation_begins_with_somebody_who_asked_for_it() {
        let begins = |status, reason| super::begins(&sdk("1", "", status, reason), ID);
        assert!(begins("UPDATE_IN_PROGRESS", "User Initiated"));
        assert!(begins("DELETE_IN_PROGRESS", ""));
        assert!(begins("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"));
        let failed = "The following resource(s) failed to create: [A]. Delete requested by user.";
        assert!(!begins("DELETE_IN_PROGRESS", failed));
        assert!(!begins("ROLLBACK_IN_PROGRESS", failed));
        assert!(!begins("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ""));
    }

    #[test]
    fn an_operation_succeeds_when_it_ends_in_what_it_was_begun_for() {
        let succeeds = |begun: &str, ended: &str| {
            let events = [event(STACK_TYPE, "vpc", begun, "")];
            has_succeeded(ID, &events, ended)
        };
        assert!(succeeds("CREATE_IN_PROGRESS", "CREATE_COMPLETE"));
        assert!(succeeds(
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "UPDATE_ROLLBACK_COMPLETE"
        ));
        assert!(!succeeds("CREATE_IN_PROGRESS", "DELETE_COMPLETE"));
        assert!(!succeeds("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"));
        assert!(has_succeeded(ID, &[], "UPDATE_COMPLETE"));
        assert!(!has_succeeded(ID, &[], "UPDATE_ROLLBACK_COMPLETE"));
    }

    #[test]
    fn a_failure_names_its_line() {
        let events = [event("AWS::EC2::VPC", "VPC", "CREATE_FAILED", "no")];
        let template = "Resources:\n  VPC:\n    Type: AWS::EC2::VPC\n";
        assert_eq!(failures(ID, &events, template)[0].line, Some(2));
    }

    #[test]
    fn the_name_is_in_the_arn() {
        assert_eq!(stack_name(ID), "vpc");
        assert_eq!(stack_name("vpc"), "vpc");
    }
}
