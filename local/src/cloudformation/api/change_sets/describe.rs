//! `DescribeChangeSet` and `ListChangeSets`.

use serde::{Deserialize, Serialize};

use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::api::find::{change_set, stack_in_brackets};
use crate::cloudformation::api::page::page;
use crate::cloudformation::api::shapes::{Parameter, Tag, parameters, tags};
use crate::cloudformation::model::{
    Change, ChangeSet, ChangeSetStatus, ExecutionStatus, OnFailure, Stack,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct DescribeInput {
    change_set_name: String,
    stack_name: Option<String>,
    #[serde(default)]
    include_property_values: bool,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct DescribeOutput<'a> {
    change_set_name: &'a str,
    change_set_id: &'a str,
    stack_id: &'a str,
    stack_name: &'a str,
    description: Option<&'a str>,
    parameters: Vec<Parameter<'a>>,
    creation_time: &'a str,
    execution_status: ExecutionStatus,
    status: ChangeSetStatus,
    status_reason: Option<&'a str>,
    capabilities: &'a [String],
    tags: Vec<Tag<'a>>,
    #[serde(rename = "NotificationARNs")]
    notification_arns: &'a [String],
    changes: Vec<Change>,
    next_token: Option<String>,
    on_stack_failure: OnFailure,
    deployment_mode: Option<&'static str>,
    include_nested_stacks: bool,
    import_existing_resources: bool,
}

pub(in crate::cloudformation::api) fn describe<'a>(
    state: &'a State,
    input: &DescribeInput,
) -> Result<DescribeOutput<'a>, AwsError> {
    let of_stack = input.stack_name.as_deref();
    let (stack, change_set) = change_set(state, &input.change_set_name, of_stack)?;
    let changes = change_set.changes.iter().cloned();
    let changes = changes.map(|Change::Resource(change)| {
        Change::Resource(if input.include_property_values {
            change
        } else {
            change.without_values()
        })
    });
    let (changes, next_token) = page(changes, input.next_token.as_deref())?;
    let reverts_drift = !change_set.actual.is_empty();
    Ok(DescribeOutput {
        change_set_name: &change_set.name,
        change_set_id: &change_set.id,
        stack_id: &stack.id,
        stack_name: &stack.name,
        description: change_set.description.as_deref(),
        parameters: parameters(&change_set.target),
        creation_time: &change_set.created,
        execution_status: change_set.execution_status,
        status: change_set.status,
        status_reason: change_set.status_reason.as_deref(),
        capabilities: &change_set.target.capabilities,
        tags: tags(&change_set.target),
        notification_arns: &change_set.target.notification_arns,
        changes,
        next_token,
        on_stack_failure: change_set.on_failure,
        deployment_mode: reverts_drift.then_some("REVERT_DRIFT"),
        include_nested_stacks: false,
        import_existing_resources: change_set.import_existing,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct ListInput {
    stack_name: String,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct ListOutput<'a> {
    summaries: Vec<Summary<'a>>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Summary<'a> {
    stack_id: &'a str,
    stack_name: &'a str,
    change_set_id: &'a str,
    change_set_name: &'a str,
    execution_status: ExecutionStatus,
    status: ChangeSetStatus,
    status_reason: Option<&'a str>,
    creation_time: &'a str,
    description: Option<&'a str>,
}

pub(in crate::cloudformation::api) fn list<'a>(
    state: &'a State,
    input: &ListInput,
) -> Result<ListOutput<'a>, AwsError> {
    let stack = stack_in_brackets(state, &input.stack_name)?;
    let all = stack.change_sets.iter();
    let all = all.map(|change_set| summary(stack, change_set));
    let (summaries, next_token) = page(all, input.next_token.as_deref())?;
    Ok(ListOutput {
        summaries,
        next_token,
    })
}

fn summary<'a>(stack: &'a Stack, change_set: &'a ChangeSet) -> Summary<'a> {
    Summary {
        stack_id: &stack.id,
        stack_name: &stack.name,
        change_set_id: &change_set.id,
        change_set_name: &change_set.name,
        execution_status: change_set.execution_status,
        status: change_set.status,
        status_reason: change_set.status_reason.as_deref(),
        creation_time: &change_set.created,
        description: change_set.description.as_deref(),
    }
}
