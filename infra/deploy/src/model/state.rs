//! What stands: a stack with its parameters, outputs and resources.

use std::fmt;

use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cloudformation::types;

use serde::{Serialize, Serializer};

use crate::hand_overs::{HandedOver, Read, hand_overs};
use crate::{Clients, Error, Stack, render};

/// A stack as `CloudFormation` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct StackState {
    /// The ARN, which still resolves when the stack is deleted.
    #[serde(rename = "StackId")]
    pub id: String,
    /// The name.
    #[serde(rename = "StackName")]
    pub name: String,
    /// The status, as `CREATE_COMPLETE`.
    #[serde(rename = "StackStatus")]
    pub status: String,
    /// Why the stack has this status, where AWS says so.
    #[serde(rename = "StackStatusReason")]
    pub reason: Option<String>,
    /// When the stack was last changed.
    #[serde(rename = "LastUpdatedTime")]
    pub changed: Option<String>,
    /// The parameters it was deployed with.
    #[serde(rename = "Parameters")]
    pub parameters: Vec<StackParameter>,
    /// The outputs, by name.
    #[serde(rename = "Outputs", serialize_with = "as_map")]
    pub outputs: Vec<(String, String)>,
    /// Whether nobody can delete it.
    #[serde(rename = "EnableTerminationProtection")]
    pub termination_protection: bool,
    /// The tags, by key.
    #[serde(rename = "Tags", serialize_with = "as_map")]
    pub tags: Vec<(String, String)>,
}

/// A parameter of a deployed stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StackParameter {
    /// The name in the template.
    #[serde(rename = "ParameterKey")]
    pub key: String,
    /// The value; for an SSM type this is the name of the SSM parameter.
    #[serde(rename = "ParameterValue")]
    pub value: String,
    /// What the SSM parameter said when the stack was deployed.
    #[serde(rename = "ResolvedValue")]
    pub resolved: Option<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// The name in the template.
    #[serde(rename = "LogicalResourceId")]
    pub logical_id: String,
    /// The name or id at AWS.
    #[serde(rename = "PhysicalResourceId")]
    pub physical_id: String,
    /// The type, as `AWS::DynamoDB::Table`.
    #[serde(rename = "ResourceType")]
    pub resource_type: String,
    /// The status, as `CREATE_COMPLETE`.
    #[serde(rename = "ResourceStatus")]
    pub status: String,
}

/// How a stack stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Status {
    /// The name, also of a stack that does not exist.
    pub stack_name: String,
    /// What stands, if anything does.
    #[serde(flatten)]
    pub standing: Option<Standing>,
}

/// A stack with what is in it, what it was deployed from, and what it hands over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Standing {
    /// The stack.
    #[serde(rename = "Stack")]
    pub state: StackState,
    /// What is in it.
    pub resources: Vec<Resource>,
    /// The SSM parameters that it was deployed from.
    pub reads: Vec<Read>,
    /// The SSM parameters that it hands over.
    pub hands_over: Vec<HandedOver>,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.standing {
            Some(standing) => f.write_str(&render::status(standing)),
            None => writeln!(f, "{} does not exist", self.stack_name),
        }
    }
}

impl StackState {
    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, key: &str) -> Option<&str> {
        let parameter = self.parameters.iter().find(|p| p.key == key)?;
        Some(&parameter.value)
    }

    /// Whether the stack was never created to the end, so that it can only be deleted.
    #[must_use]
    pub fn is_stillborn(&self) -> bool {
        matches!(
            self.status.as_str(),
            "REVIEW_IN_PROGRESS" | "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED"
        )
    }

    /// Whether `CloudFormation` is at work on the stack.
    pub(crate) fn is_in_progress(&self) -> bool {
        self.status.ends_with("_IN_PROGRESS") && self.status != "REVIEW_IN_PROGRESS"
    }
}

impl From<&types::Stack> for StackState {
    fn from(stack: &types::Stack) -> Self {
        let mut outputs: Vec<_> = stack
            .outputs()
            .iter()
            .map(|output| {
                (
                    text(output.output_key.as_ref()),
                    text(output.output_value.as_ref()),
                )
            })
            .collect();
        outputs.sort();
        Self {
            id: text(stack.stack_id.as_ref()),
            name: text(stack.stack_name.as_ref()),
            status: stack
                .stack_status
                .as_ref()
                .map_or_else(String::new, |status| status.as_str().to_owned()),
            reason: stack.stack_status_reason.clone(),
            changed: stack
                .last_updated_time()
                .or(stack.creation_time())
                .map(second),
            parameters: stack.parameters().iter().map(Into::into).collect(),
            outputs,
            termination_protection: stack.enable_termination_protection == Some(true),
            tags: stack
                .tags()
                .iter()
                .map(|tag| (text(tag.key.as_ref()), text(tag.value.as_ref())))
                .collect(),
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

/// The stack with this name or ARN. A deleted stack is found by its ARN only.
pub async fn find(clients: &Clients, name: &str) -> Result<Option<StackState>, Error> {
    let answer = clients
        .cloudformation
        .describe_stacks()
        .stack_name(name)
        .send()
        .await
        .map_err(Error::from);
    match answer {
        Ok(page) => Ok(page.stacks().first().map(Into::into)),
        Err(err) if err.says("ValidationError", "does not exist") => Ok(None),
        Err(err) => Err(err),
    }
}

/// How the stack stands.
pub async fn status(clients: &Clients, stack: &Stack) -> Result<Status, Error> {
    let standing = match find(clients, &stack.name).await? {
        Some(state) => {
            let resources = resources(clients, &state.id).await?;
            let (reads, hands_over) = hand_overs(clients, &state, &resources).await?;
            Some(Standing {
                state,
                resources,
                reads,
                hands_over,
            })
        }
        None => None,
    };
    Ok(Status {
        stack_name: stack.name.to_string(),
        standing,
    })
}

/// Every stack that is not deleted.
pub(crate) async fn all(clients: &Clients) -> Result<Vec<StackState>, Error> {
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
    let mut pages = clients
        .cloudformation
        .list_stack_resources()
        .stack_name(stack_id)
        .into_paginator()
        .send();
    let mut resources = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page?;
        for summary in page.stack_resource_summaries() {
            resources.push(Resource {
                logical_id: text(summary.logical_resource_id.as_ref()),
                physical_id: text(summary.physical_resource_id.as_ref()),
                resource_type: text(summary.resource_type.as_ref()),
                status: summary
                    .resource_status
                    .as_ref()
                    .map_or_else(String::new, |status| status.as_str().to_owned()),
            });
        }
    }
    resources.retain(|resource| resource.status != "DELETE_COMPLETE");
    Ok(resources)
}

/// AWS marks nearly every field as optional: an absent one is shown as nothing.
pub(crate) fn text(field: Option<&String>) -> String {
    field.cloned().unwrap_or_default()
}

/// A time of AWS to the second, as `2026-11-23T09:41:07Z`.
pub(crate) fn second(time: &DateTime) -> String {
    second_of(time.secs())
}

/// Seconds since 1970, as `2026-11-23T09:41:07Z`.
pub(crate) fn second_of(seconds: i64) -> String {
    DateTime::from_secs(seconds)
        .fmt(DateTimeFormat::DateTime)
        .unwrap_or_default()
}

/// Pairs of names and values as one object.
fn as_map<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}
