//! `GetTemplate`, `GetTemplateSummary` and `ValidateTemplate`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::find::{change_set, stack};
use super::wire::required;
use crate::account::State;
use crate::aws::{AwsError, json};
use crate::cloudformation::plan::Target;
use crate::cloudformation::template::{Template, capabilities, check};
use crate::resources;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetTemplateInput {
    stack_name: Option<String>,
    change_set_name: Option<String>,
    template_stage: Option<TemplateStage>,
}

/// The template as written, or as its transform has made it.
#[derive(Clone, Copy, PartialEq, Deserialize)]
enum TemplateStage {
    Original,
    Processed,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetTemplateOutput<'a> {
    template_body: Cow<'a, str>,
    stages_available: [&'static str; 2],
}

pub(super) fn get(
    state: &State,
    input: GetTemplateInput,
) -> Result<GetTemplateOutput<'_>, AwsError> {
    let (stack, version) = match (input.change_set_name, input.stack_name) {
        (Some(name), of_stack) => {
            let (stack, change_set) = change_set(state, &name, of_stack.as_deref())?;
            (stack, &change_set.target)
        }
        (None, name) => {
            let stack = stack(state, &required(name, "StackName")?)?;
            (stack, &stack.current)
        }
    };
    let processed = match input.template_stage {
        Some(TemplateStage::Processed) => {
            let region = state.region.as_deref().unwrap_or("");
            Target::new(region, stack, version)?.template.processed
        }
        _ => None,
    };
    Ok(GetTemplateOutput {
        template_body: match processed {
            Some(sections) => Value::Object(sections).to_string().into(),
            None => version.template.as_str().into(),
        },
        stages_available: ["Original", "Processed"],
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ValidateTemplateInput {
    template_body: String,
}

/// The output of `ValidateTemplate` and of `GetTemplateSummary`, which has more members.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Summary {
    parameters: Vec<ParameterDeclaration>,
    description: Option<String>,
    capabilities: Vec<&'static str>,
    capabilities_reason: Option<&'static str>,
    resource_types: Option<BTreeSet<String>>,
    declared_transforms: Vec<String>,
    metadata: Option<String>,
    version: Option<&'static str>,
    resource_identifier_summaries: Option<Vec<Identifiers>>,
}

/// The resources of a type that can be imported, and what identifies one.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Identifiers {
    resource_type: String,
    logical_resource_ids: Vec<String>,
    resource_identifiers: Vec<String>,
}

fn identifiers(template: &Template) -> Vec<Identifiers> {
    let mut summaries: BTreeMap<&str, Identifiers> = BTreeMap::new();
    for (logical_id, definition) in &template.resources {
        let resource_type = &definition.resource_type;
        if let Some(importable) = resources::importable(resource_type) {
            let summary = summaries
                .entry(resource_type)
                .or_insert_with(|| Identifiers {
                    resource_type: resource_type.clone(),
                    logical_resource_ids: Vec::new(),
                    resource_identifiers: vec![importable.identifier],
                });
            summary.logical_resource_ids.push(logical_id.clone());
        }
    }
    summaries.into_values().collect()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ParameterDeclaration {
    parameter_key: String,
    default_value: Option<String>,
    no_echo: bool,
    description: Option<String>,
    parameter_type: Option<String>,
    parameter_constraints: Option<ParameterConstraints>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ParameterConstraints {
    allowed_values: Option<Value>,
}

pub(super) fn validate(input: &ValidateTemplateInput) -> Result<Summary, AwsError> {
    let template = Template::parse(&input.template_body)?;
    check(&template)?;
    Ok(summary(&template))
}

fn summary(template: &Template) -> Summary {
    let parameters = template.parameters.iter();
    let capabilities = capabilities(template);
    Summary {
        parameters: parameters
            .map(|(name, declaration)| ParameterDeclaration {
                parameter_key: name.clone(),
                default_value: declaration.get("Default").map(json::text),
                no_echo: json::flag(declaration, "NoEcho"),
                description: declaration.get("Description").map(json::text),
                parameter_type: None,
                parameter_constraints: None,
            })
            .collect(),
        description: template.description.clone(),
        capabilities_reason: (!capabilities.is_empty())
            .then_some("The following resource(s) require capabilities: [AWS::IAM::Role]"),
        capabilities,
        resource_types: None,
        declared_transforms: template.transforms.clone(),
        metadata: None,
        version: None,
        resource_identifier_summaries: None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetTemplateSummaryInput {
    stack_name: Option<String>,
    template_body: Option<String>,
}

/// `GetTemplateSummary`: the declarations of a template, or of a stack's template. `aws
/// cloudformation deploy` calls it.
pub(super) fn summarize(
    state: &State,
    input: GetTemplateSummaryInput,
) -> Result<Summary, AwsError> {
    let body = match input.stack_name {
        Some(name) => stack(state, &name)?.current.template.clone(),
        None => required(input.template_body, "TemplateBody")?,
    };
    let template = Template::parse(&body)?;
    check(&template)?;
    let mut summary = summary(&template);
    for parameter in &mut summary.parameters {
        let declaration = &template.parameters[&parameter.parameter_key];
        parameter.parameter_type = declaration.get("Type").map(json::text);
        parameter.parameter_constraints = Some(ParameterConstraints {
            allowed_values: declaration.get("AllowedValues").cloned(),
        });
    }
    summary.metadata = template.metadata.as_ref().map(Value::to_string);
    summary.version = Some("2010-09-09");
    summary.resource_identifier_summaries = Some(identifiers(&template));
    let definitions = template.resources.into_values();
    let types = definitions.map(|definition| definition.resource_type);
    summary.resource_types = Some(types.collect());
    Ok(summary)
}
