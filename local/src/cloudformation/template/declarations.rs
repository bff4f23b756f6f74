//! The declarations of parameters, mappings, conditions and outputs: their names and members.

use serde_json::Value;

use super::document::Template;
use super::error::format_error;
use super::parameter_type::ParameterType;
use super::references::{calls, references};
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
        check_description(output)?;
        check_export(template, name, output)?;
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
        check_constraints(name, declaration)?;
        if !ParameterType::parse(declared).is_known() {
            return Err(AwsError::validation(format!(
                "Template format error: Unrecognized parameter type: {declared}"
            )));
        }
    }
    Ok(())
}

/// The shapes of the constraints. AWS's documentation has them, but no public report its sentences.
fn check_constraints(name: &str, declaration: &Value) -> Result<(), AwsError> {
    let members = declaration.as_object().into_iter().flatten();
    for (member, value) in members {
        let is_number = || json::text(value).parse::<f64>().is_ok();
        let is_switch = || ["true", "false"].contains(&json::text(value).as_str());
        let (fits, what) = match member.as_str() {
            "AllowedValues" => (value.is_array(), "a list"),
            "MaxLength" | "MaxValue" | "MinLength" | "MinValue" => (is_number(), "a number"),
            "NoEcho" => (is_switch(), "true or false"),
            "Description" | "ConstraintDescription" if json::text(value).len() > 4000 => {
                (false, "at most 4000 characters long")
            }
            _ => (!value.is_array() && !value.is_object(), "a string"),
        };
        if !fits {
            return Err(format_error(&format!(
                "[/Parameters/{name}/{member}] must be {what}"
            )));
        }
    }
    Ok(())
}

/// A description is a text without functions, with the length of the whole template's.
fn check_description(output: &Value) -> Result<(), AwsError> {
    match output.get("Description") {
        Some(Value::Object(_) | Value::Array(_)) => {
            Err(format_error("Every Description member must be a string."))
        }
        Some(Value::String(text)) if text.len() > 1024 => {
            Err(format_error("'Description' length is greater than 1024."))
        }
        _ => Ok(()),
    }
}

fn check_export(template: &Template, name: &str, output: &Value) -> Result<(), AwsError> {
    let Some(export) = output.get("Export") else {
        return Ok(());
    };
    let Some(export) = export.as_object() else {
        return Err(format_error(&format!(
            "[/Outputs/{name}/Export] must be an object"
        )));
    };
    let Some(of_name) = export.get("Name") else {
        return Err(malformed_export(name, NO_NAME));
    };
    let named = references(of_name);
    let of_resource = named
        .iter()
        .any(|one| template.resources.contains_key(&one.name));
    if of_resource || calls(of_name, &["Fn::ImportValue", "Fn::GetAZs"]) {
        return Err(malformed_export(
            name,
            "must not depend on any resources, imported values, or Fn::GetAZs",
        ));
    }
    Ok(())
}

/// What AWS says of a name that is missing or has other characters, as reports of deployers quote it.
const NO_NAME: &str =
    "must be specified and consist only of alphanumeric characters, colons, or hyphens.";

fn malformed_export(output: &str, sentence: &str) -> AwsError {
    format_error(&format!(
        "Output {output} is malformed. The Name field of every Export member {sentence}"
    ))
}

fn check_mappings(template: &Template) -> Result<(), AwsError> {
    let is_text = |value: &Value| !value.is_array() && !value.is_object();
    for (mapping, elements) in &template.mappings {
        check_name(mapping, "Mapping")?;
        for (name, attributes) in elements.as_object().into_iter().flatten() {
            check_element(name)?;
            let Value::Object(attributes) = attributes else {
                return Err(format_error(&format!(
                    "Every Mappings member {name} must be a map"
                )));
            };
            let plain = |name: &&String| name.chars().all(|c| c.is_ascii_alphanumeric());
            if let Some(name) = attributes.keys().find(|name| !plain(name)) {
                // https://github.com/aws/aws-cdk/issues/16866
                return Err(format_error(&format!(
                    "Mappings attribute name '{name}' must contain only alphanumeric characters."
                )));
            }
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

/// The first level of a mapping: <https://github.com/aws-cloudformation/cfn-lint/issues/2004>.
fn check_element(name: &str) -> Result<(), AwsError> {
    let is_known = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if !name.is_empty() && name.chars().all(is_known) {
        return Ok(());
    }
    Err(format_error(&format!(
        "Mappings element name '{name}' must be non-empty and can contain only alphanumerics, '-' or '.'"
    )))
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
