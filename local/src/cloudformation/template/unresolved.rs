//! References to resources and parameters that a template does not have.

use std::collections::BTreeSet;

use serde_json::Value;

use super::definition::Definition;
use super::document::Template;
use super::references::{Reference, references};
use crate::aws::AwsError;
use crate::resources::{Attribute, schema};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html>
pub(super) const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

pub(super) fn check_resources(template: &Template) -> Result<(), AwsError> {
    let mut unresolved = BTreeSet::new();
    for definition in template.resources.values() {
        unresolved.extend(dangling(template, &definition.properties)?);
        unresolved.extend(dangling(template, &definition.metadata)?);
        unresolved.extend(
            definition
                .depends_on
                .iter()
                .filter(|name| !template.resources.contains_key(*name))
                .cloned(),
        );
    }
    unresolved_in(unresolved, "Unresolved resource dependencies", "Resources")
}

pub(super) fn check_outputs(template: &Template) -> Result<(), AwsError> {
    let mut unresolved = BTreeSet::new();
    for (name, output) in &template.outputs {
        if output.get("Value").is_none() {
            return Err(AwsError::validation(format!(
                "Template format error: Every Outputs member must contain a Value object ({name})."
            )));
        }
        unresolved.extend(dangling(template, output)?);
    }
    unresolved_in(unresolved, "Unresolved resource dependencies", "Outputs")
}

/// The names in `value` that are neither parameters nor resources. An attribute of no resource, or
/// an unknown attribute of a resource type, is reported immediately.
fn dangling(template: &Template, value: &Value) -> Result<Vec<String>, AwsError> {
    let mut unresolved = Vec::new();
    for reference in references(value) {
        let Reference {
            name,
            attribute,
            in_text,
        } = reference;
        match (template.resources.get(&name), attribute) {
            (Some(definition), Some(attribute)) => check_attribute(&name, definition, &attribute)?,
            (Some(_), None) => {}
            (None, None)
                if PSEUDO_PARAMETERS.contains(&name.as_str())
                    || template.parameters.contains_key(&name) => {}
            (None, Some(attribute)) => return Err(no_resource(&name, &attribute, in_text)),
            (None, None) => unresolved.push(name),
        }
    }
    Ok(unresolved)
}

/// AWS's sentences: <https://github.com/getmoto/moto> repeats the one about `Fn::GetAtt` and
/// <https://github.com/eucalyptus/eucalyptus> the one about `Fn::Sub`.
fn no_resource(name: &str, attribute: &str, in_text: bool) -> AwsError {
    AwsError::validation(if in_text {
        format!(
            "Template error: instance of Fn::Sub references invalid resource attribute {name}.{attribute}"
        )
    } else {
        format!("Template error: instance of Fn::GetAtt references undefined resource {name}")
    })
}

fn check_attribute(name: &str, definition: &Definition, attribute: &str) -> Result<(), AwsError> {
    let resource_type = &definition.resource_type;
    let message = match schema(resource_type).map(|known| known.attribute(attribute)) {
        None | Some(Attribute::Returned) => return Ok(()),
        Some(Attribute::NotYet) => {
            format!("the local AWS does not do the attribute {attribute} of {resource_type} yet")
        }
        Some(Attribute::Unknown) => format!(
            "Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt"
        ),
    };
    Err(AwsError::validation(message))
}

/// An error that lists `names`, if there are any.
pub(super) fn unresolved_in(
    names: BTreeSet<String>,
    what: &str,
    section: &str,
) -> Result<(), AwsError> {
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = names.into_iter().collect();
    Err(AwsError::validation(format!(
        "Template format error: {what} [{}] in the {section} block of the template",
        names.join(", ")
    )))
}
