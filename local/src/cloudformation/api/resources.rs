//! `ListStackResources`, `DescribeStackResources` and `DescribeStackResource`.

use serde::{Deserialize, Serialize};

use super::find::stack;
use super::page::page;
use super::shapes::ResourceDriftInformation;
use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::model::{Record, ResourceStatus, Stack, find, living};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListStackResourcesInput {
    stack_name: String,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListStackResourcesOutput<'a> {
    stack_resource_summaries: Vec<Resource<'a>>,
    next_token: Option<String>,
}

/// A resource, under the names of all three actions.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource<'a> {
    stack_id: Option<&'a str>,
    stack_name: Option<&'a str>,
    logical_resource_id: &'a str,
    physical_resource_id: &'a str,
    resource_type: &'a str,
    timestamp: Option<&'a str>,
    last_updated_timestamp: Option<&'a str>,
    resource_status: ResourceStatus,
    resource_status_reason: Option<&'a str>,
    drift_information: ResourceDriftInformation<'a>,
}

pub(super) fn list<'a>(
    state: &'a State,
    input: &ListStackResourcesInput,
) -> Result<ListStackResourcesOutput<'a>, AwsError> {
    let stack = stack(state, &input.stack_name)?;
    let all = stack.current.resources.iter();
    let all = all.map(|(logical_id, record)| Resource {
        last_updated_timestamp: Some(&record.timestamp),
        ..resource(stack, logical_id, record)
    });
    let (stack_resource_summaries, next_token) = page(all, input.next_token.as_deref())?;
    Ok(ListStackResourcesOutput {
        stack_resource_summaries,
        next_token,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStackResourcesInput {
    stack_name: Option<String>,
    physical_resource_id: Option<String>,
    logical_resource_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStackResourcesOutput<'a> {
    stack_resources: Vec<Resource<'a>>,
}

pub(super) fn describe(
    state: &State,
    input: DescribeStackResourcesInput,
) -> Result<DescribeStackResourcesOutput<'_>, AwsError> {
    let stack = match (&input.stack_name, &input.physical_resource_id) {
        (Some(name), _) => stack(state, name)?,
        (None, Some(id)) => stack_with(state, id)
            .ok_or_else(|| AwsError::validation(format!("Stack for {id} does not exist")))?,
        (None, None) => {
            return Err(AwsError::validation(
                "Either stackName or physicalResourceId must be specified",
            ));
        }
    };
    let only = input.logical_resource_id;
    let resources = stack.current.resources.iter();
    Ok(DescribeStackResourcesOutput {
        stack_resources: resources
            .filter(|(logical_id, _)| only.as_ref().is_none_or(|only| only == *logical_id))
            .map(|(logical_id, record)| Resource {
                timestamp: Some(&record.timestamp),
                ..resource_of(stack, logical_id, record)
            })
            .collect(),
    })
}

/// The stack that has the resource `physical_id`, unless the stack is deleted.
fn stack_with<'a>(state: &'a State, physical_id: &str) -> Option<&'a Stack> {
    living(&state.stacks).find(|stack| {
        let mut records = stack.current.resources.values();
        records.any(|record| record.physical_id == physical_id)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStackResourceInput {
    stack_name: String,
    logical_resource_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStackResourceOutput<'a> {
    stack_resource_detail: Resource<'a>,
}

pub(super) fn describe_one(
    state: &State,
    input: DescribeStackResourceInput,
) -> Result<DescribeStackResourceOutput<'_>, AwsError> {
    let (name, id) = (input.stack_name, input.logical_resource_id);
    let stack = find(&state.stacks, &name)
        .ok_or_else(|| AwsError::validation(format!("Stack '{name}' does not exist")))?;
    let found = stack.current.resources.get_key_value(&id);
    let (logical_id, record) = found.ok_or_else(|| {
        AwsError::validation(format!("Resource {id} does not exist for stack {name}"))
    })?;
    Ok(DescribeStackResourceOutput {
        stack_resource_detail: Resource {
            last_updated_timestamp: Some(&record.timestamp),
            ..resource_of(stack, logical_id, record)
        },
    })
}

fn resource_of<'a>(stack: &'a Stack, logical_id: &'a str, record: &'a Record) -> Resource<'a> {
    Resource {
        stack_id: Some(&stack.id),
        stack_name: Some(&stack.name),
        ..resource(stack, logical_id, record)
    }
}

fn resource<'a>(stack: &'a Stack, logical_id: &'a str, record: &'a Record) -> Resource<'a> {
    Resource {
        stack_id: None,
        stack_name: None,
        logical_resource_id: logical_id,
        physical_resource_id: &record.physical_id,
        resource_type: &record.resource_type,
        timestamp: None,
        last_updated_timestamp: None,
        resource_status: record.status,
        resource_status_reason: record.reason.as_deref(),
        drift_information: ResourceDriftInformation::of(stack, logical_id),
    }
}
