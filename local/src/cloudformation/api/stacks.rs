//! `DescribeStacks` and `ListStacks`.

use serde::{Deserialize, Serialize};

use super::find::stack;
use super::page::page;
use super::shapes::{Parameter, StackDriftInformation, Tag, parameters, tags};
use crate::account::State;
use crate::aws::AwsError;
use crate::cloudformation::model::{OnFailure, OperationType, Stack, StackStatus, by_id, living};
use crate::cloudformation::template::Template;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStacksInput {
    stack_name: Option<String>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStacksOutput<'a> {
    stacks: Vec<StackDescription<'a>>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StackDescription<'a> {
    stack_id: &'a str,
    stack_name: &'a str,
    description: Option<String>,
    parameters: Vec<Parameter<'a>>,
    creation_time: &'a str,
    last_updated_time: Option<&'a str>,
    deletion_time: Option<&'a str>,
    rollback_configuration: RollbackConfiguration,
    stack_status: StackStatus,
    stack_status_reason: Option<&'a str>,
    disable_rollback: bool,
    #[serde(rename = "NotificationARNs")]
    notification_arns: &'a [String],
    #[serde(rename = "RoleARN")]
    role_arn: Option<&'a str>,
    capabilities: &'a [String],
    outputs: Vec<Output<'a>>,
    tags: Vec<Tag<'a>>,
    enable_termination_protection: bool,
    drift_information: StackDriftInformation<'a>,
    change_set_id: Option<&'a str>,
    parent_id: Option<&'a str>,
    root_id: Option<&'a str>,
    timeout_in_minutes: Option<u32>,
    retain_except_on_create: Option<bool>,
    deletion_mode: Option<&'static str>,
    last_operations: Vec<LastOperation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LastOperation<'a> {
    operation_type: OperationType,
    operation_id: &'a str,
}

fn last_operations(stack: &Stack) -> Vec<LastOperation<'_>> {
    let all = stack.last_operations.iter();
    all.map(|(operation_type, operation_id)| LastOperation {
        operation_type: *operation_type,
        operation_id,
    })
    .collect()
}

#[derive(Serialize)]
struct RollbackConfiguration {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output<'a> {
    output_key: &'a str,
    output_value: &'a str,
    description: Option<&'a str>,
    export_name: Option<&'a str>,
}

pub(super) fn describe(
    state: &State,
    input: DescribeStacksInput,
) -> Result<DescribeStacksOutput<'_>, AwsError> {
    let stacks = match input.stack_name {
        Some(name) => vec![stack(state, &name)?],
        None => living(&state.stacks).collect(),
    };
    let all = stacks.into_iter().map(|stack| description(state, stack));
    let (stacks, next_token) = page(all, input.next_token.as_deref())?;
    Ok(DescribeStacksOutput { stacks, next_token })
}

fn description<'a>(state: &'a State, stack: &'a Stack) -> StackDescription<'a> {
    let failure = stack.failure;
    StackDescription {
        stack_id: &stack.id,
        stack_name: &stack.name,
        description: description_of(stack),
        parameters: parameters(&stack.current),
        creation_time: &stack.created,
        last_updated_time: stack.updated.as_deref(),
        deletion_time: stack.deleted.as_deref(),
        rollback_configuration: RollbackConfiguration {},
        stack_status: stack.status,
        stack_status_reason: stack.status_reason.as_deref(),
        disable_rollback: failure.disable_rollback || stack.on_failure == OnFailure::DoNothing,
        notification_arns: &stack.current.notification_arns,
        role_arn: stack.current.role.as_deref(),
        capabilities: &stack.current.capabilities,
        outputs: outputs(stack),
        tags: tags(&stack.current),
        enable_termination_protection: stack.termination_protection,
        drift_information: StackDriftInformation::of(stack),
        change_set_id: stack.change_set_id.as_deref(),
        parent_id: stack.parent.as_deref(),
        root_id: root(state, stack),
        timeout_in_minutes: stack.timeout,
        retain_except_on_create: failure.retain_except_on_create.then_some(true),
        deletion_mode: failure.force_delete.then_some("FORCE_DELETE_STACK"),
        last_operations: last_operations(stack),
    }
}

fn description_of(stack: &Stack) -> Option<String> {
    let template = Template::parse(&stack.current.template).ok();
    template.and_then(|template| template.description)
}

fn outputs(stack: &Stack) -> Vec<Output<'_>> {
    let all = stack.current.outputs.iter();
    all.map(|(key, output)| Output {
        output_key: key,
        output_value: &output.value,
        description: output.description.as_deref(),
        export_name: output.export.as_deref(),
    })
    .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListStacksInput {
    #[serde(default)]
    stack_status_filter: Vec<String>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListStacksOutput<'a> {
    stack_summaries: Vec<StackSummary<'a>>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StackSummary<'a> {
    stack_id: &'a str,
    stack_name: &'a str,
    creation_time: &'a str,
    last_updated_time: Option<&'a str>,
    deletion_time: Option<&'a str>,
    stack_status: StackStatus,
    stack_status_reason: Option<&'a str>,
    drift_information: StackDriftInformation<'a>,
    template_description: Option<String>,
    parent_id: Option<&'a str>,
    root_id: Option<&'a str>,
    last_operations: Vec<LastOperation<'a>>,
}

pub(super) fn list(
    state: &State,
    input: ListStacksInput,
) -> Result<ListStacksOutput<'_>, AwsError> {
    let wanted = input.stack_status_filter;
    let all = state
        .stacks
        .iter()
        .filter(|stack| wanted.is_empty() || wanted.contains(&stack.status.to_string()))
        .map(|stack| summary(state, stack));
    let (stack_summaries, next_token) = page(all, input.next_token.as_deref())?;
    Ok(ListStacksOutput {
        stack_summaries,
        next_token,
    })
}

/// The outermost of the stacks that a nested stack is part of.
fn root<'a>(state: &'a State, stack: &'a Stack) -> Option<&'a str> {
    let parent = |stack: &'a Stack| by_id(&state.stacks, stack.parent.as_deref()?);
    let root = std::iter::successors(parent(stack), |one| parent(one)).last()?;
    Some(&root.id)
}

fn summary<'a>(state: &'a State, stack: &'a Stack) -> StackSummary<'a> {
    StackSummary {
        stack_id: &stack.id,
        stack_name: &stack.name,
        creation_time: &stack.created,
        last_updated_time: stack.updated.as_deref(),
        deletion_time: stack.deleted.as_deref(),
        stack_status: stack.status,
        stack_status_reason: stack.status_reason.as_deref(),
        drift_information: StackDriftInformation::of(stack),
        template_description: description_of(stack),
        parent_id: stack.parent.as_deref(),
        root_id: root(state, stack),
        last_operations: last_operations(stack),
    }
}
