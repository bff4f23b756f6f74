//! Stacks, their resources and their templates, as AWS describes them.

use aws_sdk_cloudformation::primitives::DateTime;
use aws_sdk_cloudformation::types::{self, TemplateStage};

use super::Clients;
use super::text::text;
use crate::Error;
use crate::model::{Resource, StackParameter, StackState, Status, timestamp};

/// The stack with this name or ARN. A deleted stack is found by its ARN only.
pub async fn find(clients: &Clients, name: &str) -> Result<Option<StackState>, Error> {
    let described = clients
        .cloudformation
        .describe_stacks()
        .stack_name(name)
        .send()
        .await
        .map_err(Error::from);
    match described {
        Ok(page) => Ok(page.stacks().first().map(Into::into)),
        Err(err) if err.says("ValidationError", "does not exist") => Ok(None),
        Err(err) => Err(err),
    }
}

/// Every stack that is not deleted.
pub(crate) async fn all_stacks(clients: &Clients) -> Result<Vec<StackState>, Error> {
    let mut pages = clients
        .cloudformation
        .describe_stacks()
        .into_paginator()
        .send();
    let mut stacks = Vec::new();
    while let Some(page) = pages.next().await {
        stacks.extend(page?.stacks().iter().map(StackState::from));
    }
    Ok(stacks)
}

/// The resources of a stack that are not deleted.
pub(crate) async fn resources(clients: &Clients, stack_id: &str) -> Result<Vec<Resource>, Error> {
    Ok(existing(resources_ever(clients, stack_id).await?))
}

/// The resources that are not deleted.
pub(crate) fn existing(mut resources: Vec<Resource>) -> Vec<Resource> {
    resources.retain(|resource| !resource.status.is_deleted());
    resources
}

/// The resources of a stack, with those that are deleted already.
pub(crate) async fn resources_ever(
    clients: &Clients,
    stack_id: &str,
) -> Result<Vec<Resource>, Error> {
    let mut pages = clients
        .cloudformation
        .list_stack_resources()
        .stack_name(stack_id)
        .into_paginator()
        .send();
    let mut resources = Vec::new();
    while let Some(page) = pages.next().await {
        resources.extend(page?.stack_resource_summaries().iter().map(Resource::from));
    }
    Ok(resources)
}

/// The template of a stack, as it was uploaded.
pub(crate) async fn template_of(
    clients: &Clients,
    stack_id: &str,
) -> Result<Option<String>, Error> {
    let response = clients
        .cloudformation
        .get_template()
        .stack_name(stack_id)
        .template_stage(TemplateStage::Original)
        .send()
        .await?;
    Ok(response.template_body)
}

impl From<&types::Stack> for StackState {
    fn from(stack: &types::Stack) -> Self {
        let changed = stack.last_updated_time().or(stack.creation_time());
        let outputs = stack.outputs().iter();
        let outputs = outputs.map(|one| {
            (
                text(one.output_key.as_ref()),
                text(one.output_value.as_ref()),
            )
        });
        let mut outputs: Vec<_> = outputs.collect();
        outputs.sort();
        let tags = stack.tags().iter();
        let tags = tags.map(|tag| (text(tag.key.as_ref()), text(tag.value.as_ref())));
        Self {
            id: text(stack.stack_id.as_ref()),
            name: text(stack.stack_name.as_ref()),
            status: status(stack.stack_status().map(types::StackStatus::as_str)),
            reason: stack.stack_status_reason.clone(),
            changed: changed.map(|time| timestamp(DateTime::secs(time))),
            parameters: stack.parameters().iter().map(Into::into).collect(),
            outputs,
            termination_protection: stack.enable_termination_protection == Some(true),
            tags: tags.collect(),
        }
    }
}

impl From<&types::Parameter> for StackParameter {
    fn from(parameter: &types::Parameter) -> Self {
        Self {
            key: text(parameter.parameter_key.as_ref()),
            value: text(parameter.parameter_value.as_ref()),
            resolved: parameter.resolved_value.clone(),
        }
    }
}

impl From<&types::StackResourceSummary> for Resource {
    fn from(summary: &types::StackResourceSummary) -> Self {
        Self {
            logical_id: text(summary.logical_resource_id.as_ref()),
            physical_id: text(summary.physical_resource_id.as_ref()),
            resource_type: text(summary.resource_type.as_ref()),
            status: status(summary.resource_status().map(types::ResourceStatus::as_str)),
        }
    }
}

/// The status, which AWS always gives although the field is optional.
fn status(status: Option<&str>) -> Status {
    status.map_or_else(Status::default, Status::from)
}
