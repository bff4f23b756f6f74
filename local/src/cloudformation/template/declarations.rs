//! The declarations of parameters, mappings, conditions and outputs: their names and members.

use serde_json::Value;

use super::document::Template;
use super::error::format_error;
use super::parameter_type::ParameterType;
use super::syntax::single;
use crate::aws::{AwsError, json};

const PARAMETER: [&str; 11] = [
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];
const OUTPUT: [&str; 4] = ["Condition", "Description", "Export", "Value"];
const CONDITIONS: [&str; 5] = ["Condition", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"];

/// # Errors
/// `ValidationError` in AWS's words for the first declaration that is malformed.
pub(super) fn check_declarations(template: &Template) -> Result<(), AwsError> {
    check_parameter_types(template)?;
    check_mappings(template)?;
    if template.unprocessed.is_some() {
        return Ok(());
    }
    check_condition_functions(template)?;
    for (name, output) in &template.outputs {
        check_name(name, "Output")?;
        check_members(output, &OUTPUT, "output")?;
    }
    Ok(())
}

fn check_name(name: &str, what: &str) -> Result<(), AwsError> {
    if name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(format_error(&format!(
        "{what} name {name} is non alphanumeric."
    )))
}

fn check_members(declaration: &Value, known: &[&str], what: &str) -> Result<(), AwsError> {
    let members = declaration.as_object().into_iter().flatten();
    match members
        .map(|(name, _)| name)
        .find(|name| !known.contains(&name.as_str()))
    {
        None => Ok(()),
        Some(name) => Err(AwsError::validation(format!(
            "Invalid template {what} property '{name}'"
        ))),
    }
}

fn check_parameter_types(template: &Template) -> Result<(), AwsError> {
    for (name, declaration) in &template.parameters {
        check_name(name, "Parameter")?;
        let declared = json::member(declaration, "Type").ok_or_else(|| {
            AwsError::validation(format!(
                "Template format error: Every Parameters object must contain a Type member. ({name})"
            ))
        })?;
        if declaration
            .get("Default")
            .is_some_and(|default| default.is_array() || default.is_object())
        {
            return Err(AwsError::validation(format!(
                "Template format error: Every Default member must be a string. ({name})"
            )));
        }
        check_members(declaration, &PARAMETER, "parameter")?;
        if !ParameterType::parse(declared).is_known() {
            return Err(AwsError::validation(format!(
                "Template format error: Unrecognized parameter type: {declared}"
            )));
        }
    }
    Ok(())
}

fn check_mappings(template: &Template) -> Result<(), AwsError> {
    let is_text = |value: &Value| !value.is_array() && !value.is_object();
    for mapping in template.mappings.values() {
        for (name, attributes) in mapping.as_object().into_iter().flatten() {
            let Value::Object(attributes) = attributes else {
                return Err(format_error(&format!(
                    "Every Mappings member {name} must be a map"
                )));
            };
            let is_attribute = |value: &Value| match value {
                Value::Array(items) => items.iter().all(is_text),
                other => is_text(other),
            };
            if !attributes.values().all(is_attribute) {
                return Err(format_error(
                    "Every Mappings attribute must be a String or a List.",
                ));
            }
        }
    }
    Ok(())
}

fn check_condition_functions(template: &Template) -> Result<(), AwsError> {
    let is_condition = |body: &Value| {
        let function = body.as_object().and_then(single);
        function.is_some_and(|(name, _)| CONDITIONS.contains(&name))
    };
    if template.conditions.values().all(is_condition) {
        return Ok(());
    }
    Err(format_error(
        "Conditions can only be boolean operations on parameters and other conditions",
    ))
}
