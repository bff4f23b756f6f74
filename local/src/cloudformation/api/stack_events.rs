//! `DescribeStackEvents`.

use serde::{Deserialize, Serialize};

use super::find::stack_in_brackets;
use super::page::{PAGE, position};
use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::model::{Event, Stack};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStackEventsInput {
    stack_name: String,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStackEventsOutput<'a> {
    stack_events: Vec<StackEvent<'a>>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StackEvent<'a> {
    stack_id: &'a str,
    event_id: &'a str,
    stack_name: &'a str,
    logical_resource_id: &'a str,
    physical_resource_id: &'a str,
    resource_type: &'a str,
    timestamp: &'a str,
    resource_status: &'a str,
    resource_status_reason: Option<&'a str>,
    resource_properties: Option<&'a str>,
    client_request_token: Option<&'a str>,
    operation_id: &'a str,
}

/// The events of a stack, the newest first.
pub(super) fn describe<'a>(
    state: &'a State,
    input: &DescribeStackEventsInput,
) -> Result<DescribeStackEventsOutput<'a>, AwsError> {
    let stack = stack_in_brackets(state, &input.stack_name)?;
    // Only DescribeEvents shows what a validation has found.
    let events: Vec<_> = stack
        .events
        .iter()
        .filter(|event| event.finding.is_none())
        .collect();
    // The token is counted from the oldest event, so that new events do not move the pages.
    let older = position(input.next_token.as_deref())?.unwrap_or(events.len());
    let older = older.min(events.len());
    let first = older.saturating_sub(PAGE);
    let shown = events[first..older].iter().rev().copied();
    Ok(DescribeStackEventsOutput {
        stack_events: shown.map(|event| stack_event(stack, event)).collect(),
        next_token: (first > 0).then(|| first.to_string()),
    })
}

fn stack_event<'a>(stack: &'a Stack, event: &'a Event) -> StackEvent<'a> {
    StackEvent {
        stack_id: &stack.id,
        event_id: &event.id,
        stack_name: &stack.name,
        logical_resource_id: &event.logical_id,
        physical_resource_id: &event.physical_id,
        resource_type: &event.resource_type,
        timestamp: &event.timestamp,
        resource_status: &event.status,
        resource_status_reason: event.reason.as_deref(),
        resource_properties: event.properties.as_deref(),
        client_request_token: event.token.as_deref(),
        operation_id: &event.operation,
    }
}
