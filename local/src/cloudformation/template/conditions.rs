//! References to conditions, and from conditions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::Template;
use super::order::in_order;
use super::references::references;
use super::unresolved::unresolved_in;
use crate::aws::{AwsError, json};

pub(super) fn check_used_conditions(template: &Template) -> Result<(), AwsError> {
    let used = template
        .resources
        .values()
        .filter_map(|definition| definition.condition.as_ref());
    let in_outputs = template
        .outputs
        .values()
        .filter_map(|output| json::member(output, "Condition"));
    let mut in_functions = Vec::new();
    let values = template
        .resources
        .values()
        .map(|definition| &definition.properties);
    for value in values.chain(template.outputs.values()) {
        conditions_of_if(value, &mut in_functions);
    }
    let unresolved: BTreeSet<String> = used
        .map(String::as_str)
        .chain(in_outputs)
        .chain(in_functions)
        .filter(|name| !template.conditions.contains_key(*name))
        .map(str::to_owned)
        .collect();
    unresolved_in(unresolved, "Unresolved condition dependencies", "Resources")
}

/// The names of the conditions in every `Fn::If` of `value`.
fn conditions_of_if<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| conditions_of_if(item, names)),
        Value::Object(members) => {
            let condition = members
                .get("Fn::If")
                .and_then(|arguments| arguments.get(0)?.as_str());
            names.extend(condition);
            members
                .values()
                .for_each(|member| conditions_of_if(member, names));
        }
        _ => {}
    }
}

/// Conditions are evaluated before there are resources, so they can use only parameters and each
/// other.
pub(super) fn check_conditions(template: &Template) -> Result<(), AwsError> {
    let conditions = Value::Object(template.conditions.clone());
    let known = |name: &str| name.starts_with("AWS::") || template.parameters.contains_key(name);
    let unresolved: BTreeSet<String> = references(&conditions)
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !known(name))
        .collect();
    if unresolved.is_empty() {
        return check_circle(template);
    }
    let names: Vec<_> = unresolved.into_iter().collect();
    Err(AwsError::validation(format!(
        "Template format error: Unresolved dependencies [{}]. Cannot reference resources in the Conditions block of the template",
        names.join(", ")
    )))
}

/// Conditions that use each other in a circle have no value.
fn check_circle(template: &Template) -> Result<(), AwsError> {
    let used = |body: &Value| {
        let mut names = Vec::new();
        named(body, &mut names);
        names.into_iter().map(str::to_owned).collect()
    };
    let conditions = template.conditions.iter();
    let graph: BTreeMap<String, BTreeSet<String>> = conditions
        .map(|(name, body)| (name.clone(), used(body)))
        .collect();
    let (_, circle) = in_order(&graph);
    if circle.is_empty() {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Template error: Found circular condition dependency between {}",
        circle.join(" and ")
    )))
}

/// The names in every `Condition` of `value`.
fn named<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| named(item, names)),
        Value::Object(members) => {
            names.extend(members.get("Condition").and_then(Value::as_str));
            members.values().for_each(|member| named(member, names));
        }
        _ => {}
    }
}
