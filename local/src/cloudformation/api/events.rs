//! `DescribeEvents`: events by operation, with failures and validation findings.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::find::{change_set, stack};
use super::page::page;
use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::model::{Event, OperationType, Stack, Validation};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeEventsInput {
    change_set_name: Option<String>,
    stack_name: Option<String>,
    operation_id: Option<String>,
    filters: Option<Filters>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filters {
    #[serde(default)]
    failed_events: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeEventsOutput<'a> {
    operation_events: Vec<OperationEvent<'a>>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OperationEvent<'a> {
    event_id: &'a str,
    stack_id: &'a str,
    operation_id: &'a str,
    operation_type: OperationType,
    operation_status: Option<&'static str>,
    event_type: EventType,
    logical_resource_id: &'a str,
    physical_resource_id: Option<&'a str>,
    resource_type: &'a str,
    timestamp: &'a str,
    resource_status: Option<&'a str>,
    resource_status_reason: Option<&'a str>,
    resource_properties: Option<&'a str>,
    client_request_token: Option<&'a str>,
    #[serde(flatten)]
    validation: Option<ValidationMembers<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum EventType {
    StackEvent,
    ProvisioningError,
    ValidationError,
}

/// A finding of pre-deployment validation.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ValidationMembers<'a> {
    validation_failure_mode: &'static str,
    validation_name: Validation,
    validation_status: &'static str,
    validation_status_reason: &'a str,
    validation_path: &'a str,
}

/// The events of a change set, an operation or a stack, the newest first.
pub(super) fn describe(
    state: &State,
    input: DescribeEventsInput,
) -> Result<DescribeEventsOutput<'_>, AwsError> {
    let operation = input.operation_id.as_deref();
    let (stack, operation) = match (&input.change_set_name, &input.stack_name, operation) {
        (Some(name), of_stack, _) => {
            let (stack, change_set) = change_set(state, name, of_stack.as_deref())?;
            (stack, Some(change_set.operation.as_str()))
        }
        (None, Some(name), _) => (stack(state, name)?, operation),
        (None, None, Some(operation)) => (stack_of_operation(state, operation)?, Some(operation)),
        (None, None, None) => {
            return Err(AwsError::validation(
                "One of ChangeSetName, OperationId or StackName must be specified",
            ));
        }
    };
    let failed_only = input.filters.is_some_and(|filters| filters.failed_events);
    let all = stack
        .events
        .iter()
        .rev()
        .filter(|event| operation.is_none_or(|operation| event.operation == operation))
        .filter(|event| !failed_only || event.is_failure())
        .map(|event| operation_event(stack, event));
    let (operation_events, next_token) = page(all, input.next_token.as_deref())?;
    Ok(DescribeEventsOutput {
        operation_events,
        next_token,
    })
}

/// The stack whose newest events a call asks for, with either action.
pub(super) fn followed<'a>(state: &'a State, action: &str, input: &Value) -> Option<&'a Stack> {
    let asks = matches!(action, "DescribeEvents" | "DescribeStackEvents");
    let is_newest = asks && input.get("NextToken").is_none();
    let name = input.get("StackName").filter(|_| is_newest)?.as_str()?;
    stack(state, name).ok()
}

fn stack_of_operation<'a>(state: &'a State, operation: &str) -> Result<&'a Stack, AwsError> {
    let has = |stack: &&Stack| {
        let mut events = stack.events.iter();
        events.any(|event| event.operation == operation)
    };
    state
        .stacks
        .iter()
        .find(has)
        .ok_or_else(|| AwsError::validation(format!("Operation [{operation}] does not exist")))
}

fn operation_event<'a>(stack: &'a Stack, event: &'a Event) -> OperationEvent<'a> {
    let event_type = if event.finding.is_some() {
        EventType::ValidationError
    } else if event.is_failure() && !event.is_of_stack() {
        EventType::ProvisioningError
    } else {
        EventType::StackEvent
    };
    OperationEvent {
        event_id: &event.id,
        stack_id: &stack.id,
        operation_id: &event.operation,
        operation_type: event.operation_type,
        operation_status: event.finding.is_some().then_some("FAILED"),
        event_type,
        logical_resource_id: &event.logical_id,
        physical_resource_id: given(&event.physical_id),
        resource_type: &event.resource_type,
        timestamp: &event.timestamp,
        resource_status: given(&event.status),
        resource_status_reason: event.reason.as_deref(),
        resource_properties: event.properties.as_deref(),
        client_request_token: event.token.as_deref(),
        validation: event.finding.as_ref().map(|finding| ValidationMembers {
            validation_failure_mode: "FAIL",
            validation_name: finding.validation,
            validation_status: "FAILED",
            validation_status_reason: &finding.reason,
            validation_path: &finding.path,
        }),
    }
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
