//! What stands: a stack with its parameters, outputs and resources.

use std::fmt;

use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cloudformation::types;

use crate::{Clients, Error, Stack, render};

/// A stack as `CloudFormation` describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackState {
    /// The ARN, which still resolves when the stack is deleted.
    pub id: String,
    /// The name.
    pub name: String,
    /// The status, as `CREATE_COMPLETE`.
    pub status: String,
    /// Why the stack has this status, where AWS says so.
    pub reason: Option<String>,
    /// When the stack was last changed.
    pub changed: Option<String>,
    /// The parameters it was deployed with.
    pub parameters: Vec<StackParameter>,
    /// The outputs, by name.
    pub outputs: Vec<(String, String)>,
}

/// A parameter of a deployed stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackParameter {
    /// The name in the template.
    pub key: String,
    /// The value; for an SSM type this is the name of the SSM parameter.
    pub value: String,
    /// What the SSM parameter said when the stack was deployed.
    pub resolved: Option<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The name in the template.
    pub logical_id: String,
    /// The name or id at AWS.
    pub physical_id: String,
    /// The type, as `AWS::DynamoDB::Table`.
    pub resource_type: String,
    /// The status, as `CREATE_COMPLETE`.
    pub status: String,
}

/// A stack with its resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The name, also of a stack that does not exist.
    pub name: String,
    /// What stands, if anything does.
    pub deployed: Option<(StackState, Vec<Resource>)>,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.deployed {
            Some((state, resources)) => f.write_str(&render::status(state, resources)),
            None => writeln!(f, "{} does not exist", self.name),
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

    /// An error when `CloudFormation` is at work on the stack: never two operations at once.
    pub(crate) fn ensure_settled(&self) -> Result<(), Error> {
        if !self.is_in_progress() {
            return Ok(());
        }
        Err(Error::InProgress {
            stack: self.name.clone(),
            status: self.status.clone(),
        })
    }

    /// An error when the stack is in a state that neither an update nor a new start leads out of.
    pub(crate) fn ensure_updatable(&self) -> Result<(), Error> {
        self.ensure_settled()?;
        if !matches!(
            self.status.as_str(),
            "DELETE_FAILED" | "UPDATE_ROLLBACK_FAILED"
        ) {
            return Ok(());
        }
        Err(Error::Stuck {
            stack: self.name.clone(),
            status: self.status.clone(),
        })
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
    let deployed = match find(clients, stack.name).await? {
        Some(state) => {
            let resources = resources(clients, &state.id).await?;
            Some((state, resources))
        }
        None => None,
    };
    Ok(Status {
        name: stack.name.to_owned(),
        deployed,
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
    DateTime::from_secs(time.secs())
        .fmt(DateTimeFormat::DateTime)
        .unwrap_or_default()
}
