//! References to resources that are not made, because their condition is false.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::target::Target;
use crate::account::State;
use crate::aws::{AwsError, json};
use crate::cloudformation::functions::{Scope, condition};
use crate::cloudformation::template::{references, single};

/// Checks that what is made refers only to what is made, apart from the branches of `Fn::If` that are
/// not taken. Examples: <https://github.com/aws-solutions/media-insights-on-aws/issues/145>,
/// <https://github.com/amazon-archives/aws-security-benchmark/issues/17>.
///
/// # Errors
/// `ValidationError` in AWS's words, with the resources that are missing.
pub(super) fn check_references(target: &Target, state: &State) -> Result<(), AwsError> {
    if target.template.conditions.is_empty() {
        return Ok(());
    }
    let check = || {
        let active = target.active(state)?;
        let nothing = |name: &str, _: Option<&str>| Err(format!("{name} does not exist"));
        target.with_scope(state, &nothing, |scope| {
            let mut missing = (BTreeSet::new(), BTreeSet::new());
            let add = |value: &Value, names: &mut BTreeSet<String>| {
                let taken = taken(scope, value)?;
                let found = references(&taken).into_iter();
                names.extend(found.map(|reference| reference.name).filter(|name| {
                    target.template.resources.contains_key(name) && !active.contains_key(name)
                }));
                Ok::<_, String>(())
            };
            for logical_id in active.keys() {
                let definition = target.definition(logical_id)?;
                add(&definition.properties, &mut missing.0)?;
                add(&definition.metadata, &mut missing.0)?;
            }
            for output in target.template.outputs.values() {
                let name = json::member(output, "Condition");
                if name.map_or(Ok(true), |name| condition(scope, name))? {
                    add(output, &mut missing.1)?;
                }
            }
            Ok::<_, String>(missing)
        })
    };
    let (of_resources, of_outputs) = check().map_err(AwsError::validation)?;
    for (names, section) in [(of_resources, "Resources"), (of_outputs, "Outputs")] {
        if !names.is_empty() {
            let names: Vec<String> = names.into_iter().collect();
            return Err(AwsError::validation(format!(
                "Template format error: Unresolved resource dependencies [{}] in the {section} block of the template",
                names.join(", ")
            )));
        }
    }
    Ok(())
}

/// `value` with the branch that is taken in place of each `Fn::If`.
fn taken(scope: &Scope<'_>, value: &Value) -> Result<Value, String> {
    Ok(match value {
        Value::Array(items) => {
            let items = items.iter().map(|item| taken(scope, item));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            if let (Some(("Fn::If", _)), Some(parts)) = (single(members), branch(members)) {
                let (name, then, otherwise) = parts;
                let branch = if condition(scope, name)? {
                    then
                } else {
                    otherwise
                };
                return taken(scope, branch);
            }
            let members = members.iter();
            let members = members.map(|(name, one)| Ok((name.clone(), taken(scope, one)?)));
            Value::Object(members.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

/// The parts of `{"Fn::If": [CONDITION, THEN, OTHERWISE]}`.
fn branch(members: &Map<String, Value>) -> Option<(&str, &Value, &Value)> {
    match members.get("Fn::If")?.as_array()?.as_slice() {
        [Value::String(name), then, otherwise] => Some((name, then, otherwise)),
        _ => None,
    }
}
