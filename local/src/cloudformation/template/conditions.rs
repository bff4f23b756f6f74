//! References to conditions, and from conditions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::Template;
use super::order::in_order;
use super::references::references;
use super::unresolved::{PSEUDO_PARAMETERS, unresolved_in};
use crate::aws::{AwsError, json};

const UNRESOLVED: &str = "Unresolved condition dependencies";

pub(super) fn check_used_conditions(template: &Template) -> Result<(), AwsError> {
    let unknown = |name: &&str| !template.conditions.contains_key(*name);
    let definitions = template.resources.values();
    let of_resources = definitions.filter_map(|definition| definition.condition.as_deref());
    let of_resources = of_resources.filter(unknown).map(str::to_owned).collect();
    unresolved_in(of_resources, UNRESOLVED, "Resources")?;
    let outputs = template.outputs.values();
    let of_outputs = outputs.filter_map(|output| json::member(output, "Condition"));
    let of_outputs = of_outputs.filter(unknown).map(str::to_owned).collect();
    unresolved_in(of_outputs, UNRESOLVED, "Outputs")?;
    let mut used = Vec::new();
    let conditions = template.conditions.values();
    conditions.for_each(|body| named(body, &mut used));
    let of_conditions = used
        .into_iter()
        .filter(unknown)
        .map(str::to_owned)
        .collect();
    unresolved_in(of_conditions, UNRESOLVED, "Conditions")
}

/// Conditions are evaluated before there are resources, so they can use only parameters and each
/// other.
pub(super) fn check_conditions(template: &Template) -> Result<(), AwsError> {
    let conditions = Value::Object(template.conditions.clone());
    let known =
        |name: &str| PSEUDO_PARAMETERS.contains(&name) || template.parameters.contains_key(name);
    let unresolved: BTreeSet<String> = references(&conditions)
        .into_iter()
        .map(|reference| reference.name)
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
