//! `DescribeEvents`: events by operation, with what failed set apart.

use serde_json::{Value, json};

use super::stack::{ChangeSet, Event, STACK_TYPE, Stack};
use super::{find, find_change_set, not_found};
use crate::account::State;
use crate::json;
use crate::protocol::{Answer, AwsError};

/// Answers `DescribeEvents`: of a change set, of an operation, or of a stack, the newest first.
pub(super) fn describe_events(state: &State, input: &Value) -> Answer {
    if json::member(input, "ChangeSetName").is_some() {
        let (stack, change_set) = find_change_set(state, input)?;
        return Ok(json!({"OperationEvents": validation_errors(stack, change_set)}));
    }
    let operation = json::member(input, "OperationId");
    let stack = match (json::member(input, "StackName"), operation) {
        (Some(name), _) => find(state, name).ok_or_else(|| not_found(name))?,
        (None, Some(operation)) => {
            let has = |stack: &&Stack| {
                stack
                    .events
                    .iter()
                    .any(|event| event.operation == operation)
            };
            state.stacks.iter().find(has).ok_or_else(|| {
                AwsError::validation(format!("Operation [{operation}] does not exist"))
            })?
        }
        (None, None) => {
            return Err(AwsError::validation(
                "One of StackName, ChangeSetName and OperationId must be specified",
            ));
        }
    };
    let failed_only = input
        .get("Filters")
        .is_some_and(|filters| json::flag(filters, "FailedEvents"));
    let all: Vec<Value> = stack
        .events
        .iter()
        .rev()
        .filter(|event| operation.is_none_or(|operation| event.operation == operation))
        .filter(|event| !failed_only || is_failure(event))
        .map(|event| description(stack, event))
        .collect();
    super::describe::page("OperationEvents", all, input)
}

fn is_failure(event: &Event) -> bool {
    event.status.ends_with("_FAILED")
}

fn description(stack: &Stack, event: &Event) -> Value {
    let of_resource = event.resource_type != STACK_TYPE;
    let kind = if of_resource && is_failure(event) {
        "PROVISIONING_ERROR"
    } else {
        "STACK_EVENT"
    };
    json!({
        "EventId": event.id,
        "StackId": stack.id,
        "OperationId": event.operation,
        "OperationType": event.operation_type,
        "EventType": kind,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.resource_type,
        "Timestamp": event.timestamp,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "ResourceProperties": event.properties,
        "ClientRequestToken": event.token,
    })
}

/// What pre-deployment validation has found.
fn validation_errors(stack: &Stack, change_set: &ChangeSet) -> Vec<Value> {
    let found = change_set.invalid.iter();
    found
        .map(|invalid| {
            json!({
                "EventId": uuid::Uuid::new_v4().to_string(),
                "StackId": stack.id,
                "OperationId": change_set.id,
                "OperationType": "CREATE_CHANGESET",
                "OperationStatus": "FAILED",
                "EventType": "VALIDATION_ERROR",
                "LogicalResourceId": invalid.logical_id,
                "ResourceType": invalid.resource_type,
                "Timestamp": change_set.created,
                "ValidationFailureMode": "FAIL",
                "ValidationName": "PROPERTY_VALIDATION",
                "ValidationStatus": "FAILED",
                "ValidationStatusReason": invalid.reason,
                "ValidationPath": format!("/Resources/{}/Properties", invalid.logical_id),
            })
        })
        .collect()
}
