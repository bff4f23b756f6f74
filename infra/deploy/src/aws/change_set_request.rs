//! What a change set is requested with.

use aws_sdk_cloudformation::operation::create_change_set::builders::CreateChangeSetFluentBuilder;
use aws_sdk_cloudformation::types::{
    Capability, ChangeSetType, DeploymentConfig, DeploymentConfigMode, DeploymentMode, Parameter,
    ResourceToImport, Tag,
};

use super::Clients;
use super::operations::unique_name;
use crate::model::{Import, Parameters, Stack};

/// A change set to create.
#[derive(Debug)]
pub(crate) struct ChangeSetRequest<'a> {
    pub(crate) kind: ChangeSetKind<'a>,
    pub(crate) template: &'a str,
    /// The values of parameters.
    pub(crate) parameters: Parameters,
    /// The parameters that keep their previous values.
    pub(crate) kept_parameters: Vec<String>,
    /// Whether to undo changes made by hand.
    pub(crate) reverts_drift: bool,
    /// Whether not to wait until resources are ready to serve.
    pub(crate) is_express: bool,
    /// Whether the stack will exist only because of the change set.
    pub(crate) is_new_stack: bool,
}

/// What a change set does with the stack.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ChangeSetKind<'a> {
    Create,
    Update,
    Import(Import<'a>),
}

impl ChangeSetRequest<'_> {
    /// The call to AWS, with a unique name for the change set.
    pub(super) fn call(self, clients: &Clients, stack: &Stack) -> CreateChangeSetFluentBuilder {
        let name = unique_name("change");
        let call = clients
            .cloudformation
            .create_change_set()
            .stack_name(stack.name.as_ref())
            .change_set_name(&name)
            .client_token(&name)
            .capabilities(Capability::CapabilityIam)
            .template_body(self.template)
            .set_parameters(Some(parameters(self.parameters, self.kept_parameters)))
            .set_deployment_mode(self.reverts_drift.then_some(DeploymentMode::RevertDrift))
            .set_deployment_config(self.is_express.then(express));
        match self.kind {
            ChangeSetKind::Create => call
                .change_set_type(ChangeSetType::Create)
                .set_tags(Some(tags(stack))),
            ChangeSetKind::Update => call
                .change_set_type(ChangeSetType::Update)
                .set_tags(Some(tags(stack))),
            // An import may change nothing else, tags included.
            ChangeSetKind::Import(import) => call
                .change_set_type(ChangeSetType::Import)
                .resources_to_import(resource_to_import(import)),
        }
    }
}

/// The configuration that does not wait until resources are ready to serve.
fn express() -> DeploymentConfig {
    let config = DeploymentConfig::builder();
    config.mode(DeploymentConfigMode::Express).build()
}

/// The tags of the stack, which `CloudFormation` gives to everything in it.
fn tags(stack: &Stack) -> Vec<Tag> {
    let tags = stack.tags();
    tags.map(|(key, value)| Tag::builder().key(key).value(value).build())
        .to_vec()
}

fn parameters(given: Parameters, kept: Vec<String>) -> Vec<Parameter> {
    let given = given.into_iter().map(|(key, value)| {
        let parameter = Parameter::builder().parameter_key(key);
        parameter.parameter_value(value).build()
    });
    let kept = kept.into_iter().map(|key| {
        let parameter = Parameter::builder().parameter_key(key);
        parameter.use_previous_value(true).build()
    });
    given.chain(kept).collect()
}

fn resource_to_import(import: Import<'_>) -> ResourceToImport {
    ResourceToImport::builder()
        .logical_resource_id(import.logical_id)
        .resource_type(import.resource_type)
        .resource_identifier(import.identifier, import.physical_id)
        .build()
}
