//! `DescribeEvents`: events by operation, with failures and validation findings.

use serde::{Deserialize, Serialize};

use super::find::{change_set, stack};
use super::page::page;
use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::model::{ChangeSet, Event, Invalid, OperationType, Stack};

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
    event_id: String,
    stack_id: &'a str,
    operation_id: &'a str,
    operation_type: OperationEventType,
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
    validation: Option<Validation<'a>>,
}

/// The type of an operation: on a stack, or the creation of a change set.
#[derive(Serialize)]
#[serde(untagged)]
enum OperationEventType {
    Stack(OperationType),
    ChangeSet(&'static str),
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
struct Validation<'a> {
    validation_failure_mode: &'static str,
    validation_name: &'static str,
    validation_status: &'static str,
    validation_status_reason: &'a str,
    validation_path: String,
}

/// The events of a change set, an operation or a stack, the newest first.
pub(super) fn describe(
    state: &State,
    input: DescribeEventsInput,
) -> Result<DescribeEventsOutput<'_>, AwsError> {
    if let Some(name) = &input.change_set_name {
        let (stack, change_set) = change_set(state, name, input.stack_name.as_deref())?;
        let found = change_set.invalid.iter();
        return Ok(DescribeEventsOutput {
            operation_events: found
                .map(|invalid| validation_event(stack, change_set, invalid))
                .collect(),
            next_token: None,
        });
    }
    let operation = input.operation_id.as_deref();
    let stack = match (&input.stack_name, operation) {
        (Some(name), _) => stack(state, name)?,
        (None, Some(operation)) => stack_of_operation(state, operation)?,
        (None, None) => {
            return Err(AwsError::validation(
                "One of StackName, ChangeSetName and OperationId must be specified",
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
    let event_type = if event.is_failure() && !event.is_of_stack() {
        EventType::ProvisioningError
    } else {
        EventType::StackEvent
    };
    OperationEvent {
        event_id: event.id.clone(),
        stack_id: &stack.id,
        operation_id: &event.operation,
        operation_type: OperationEventType::Stack(event.operation_type),
        operation_status: None,
        event_type,
        logical_resource_id: &event.logical_id,
        physical_resource_id: Some(&event.physical_id),
        resource_type: &event.resource_type,
        timestamp: &event.timestamp,
        resource_status: Some(&event.status),
        resource_status_reason: event.reason.as_deref(),
        resource_properties: event.properties.as_deref(),
        client_request_token: event.token.as_deref(),
        validation: None,
    }
}

fn validation_event<'a>(
    stack: &'a Stack,
    change_set: &'a ChangeSet,
    invalid: &'a Invalid,
) -> OperationEvent<'a> {
    OperationEvent {
        event_id: uuid::Uuid::new_v4().to_string(),
        stack_id: &stack.id,
        operation_id: &change_set.id,
        operation_type: OperationEventType::ChangeSet("CREATE_CHANGESET"),
        operation_status: Some("FAILED"),
        event_type: EventType::ValidationError,
        logical_resource_id: &invalid.logical_id,
        physical_resource_id: None,
        resource_type: &invalid.resource_type,
        timestamp: &change_set.created,
        resource_status: None,
        resource_status_reason: None,
        resource_properties: None,
        client_request_token: None,
        validation: Some(Validation {
            validation_failure_mode: "FAIL",
            validation_name: "PROPERTY_VALIDATION",
            validation_status: "FAILED",
            validation_status_reason: &invalid.reason,
            validation_path: format!("/Resources/{}/Properties", invalid.logical_id),
        }),
    }
}
