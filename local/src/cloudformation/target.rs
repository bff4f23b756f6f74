//! A version of a stack with its functions resolved against what stands.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::functions::{Lookup, Scope};
use super::stack::{Output, Record, Stack, Version};
use super::template::Template;
use super::validate;
use crate::account::State;
use crate::json;
use crate::protocol::AwsError;
use crate::resource_types::resource_type;

/// What a version of a stack asks for, ready to be resolved.
pub(super) struct Target {
    pub(super) template: Template,
    references: BTreeMap<String, Value>,
    /// The tags of the stack, which go to every resource that can have tags.
    tags: BTreeMap<String, String>,
    region: String,
    stack_name: String,
    stack_id: String,
}

impl Target {
    /// Reads `version` as the input of the stack.
    ///
    /// # Errors
    /// As [`Template::parse`]; a template that was accepted once does not fail.
    pub(super) fn new(region: &str, stack: &Stack, version: &Version) -> Result<Self, AwsError> {
        let references = version
            .parameters
            .iter()
            .map(|(name, parameter)| (name.clone(), parameter.reference.clone()))
            .collect();
        Ok(Self {
            template: Template::parse(&version.template)?,
            references,
            tags: version.tags.clone(),
            region: region.to_owned(),
            stack_name: stack.name.clone(),
            stack_id: stack.id.clone(),
        })
    }

    /// The logical ids whose condition holds, each with those it is made after.
    pub(super) fn active(
        &self,
        state: &State,
    ) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
        let mut active = BTreeMap::new();
        for (logical_id, mut after) in validate::dependencies(&self.template) {
            let condition = self
                .template
                .resources
                .get(&logical_id)
                .and_then(|resource| resource.condition.as_deref());
            if self.holds(condition, state)? {
                after.retain(|name| *name != logical_id);
                active.insert(logical_id, after);
            }
        }
        let names: BTreeSet<String> = active.keys().cloned().collect();
        for after in active.values_mut() {
            after.retain(|name| names.contains(name));
        }
        Ok(active)
    }

    fn holds(&self, condition: Option<&str>, state: &State) -> Result<bool, String> {
        let nothing = |name: &str, _: Option<&str>| {
            Err(format!(
                "Template error: the resource {name} cannot stand in a condition"
            ))
        };
        condition.map_or(Ok(true), |condition| {
            self.with_scope(state, &nothing, |scope| scope.condition(condition))
        })
    }

    /// The properties of a resource, with every scalar in its declared type.
    ///
    /// # Errors
    /// One sentence where a function fails or the properties do not fit the type.
    pub(super) fn properties(
        &self,
        logical_id: &str,
        state: &State,
        lookup: Lookup<'_>,
    ) -> Result<Value, String> {
        let definition = self
            .template
            .resources
            .get(logical_id)
            .ok_or_else(|| format!("{logical_id} is not in the template"))?;
        let known = resource_type(&definition.resource_type)
            .ok_or_else(|| format!("Unrecognized resource type {}", definition.resource_type))?;
        let resolved =
            self.with_scope(state, lookup, |scope| scope.resolve(&definition.properties))?;
        let resolved = resolved.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        known.validate(&resolved)?;
        Ok(known.coerce(known.tagged(resolved, &self.tags)))
    }

    /// The outputs whose condition holds.
    ///
    /// # Errors
    /// One sentence naming the output whose value is no string.
    pub(super) fn outputs(
        &self,
        state: &State,
        lookup: Lookup<'_>,
    ) -> Result<BTreeMap<String, Output>, String> {
        let mut outputs = BTreeMap::new();
        for (name, body) in &self.template.outputs {
            if self.holds(json::member(body, "Condition"), state)? {
                outputs.insert(name.clone(), self.output(name, body, state, lookup)?);
            }
        }
        Ok(outputs)
    }

    /// The names of the exports that the template imports.
    ///
    /// # Errors
    /// One sentence where a name cannot be resolved before there are resources.
    pub(super) fn imports(&self, state: &State) -> Result<BTreeSet<String>, String> {
        let nothing = |name: &str, _: Option<&str>| {
            Err(format!(
                "Template error: the resource {name} cannot stand in Fn::ImportValue"
            ))
        };
        let mut names = Vec::new();
        for definition in self.template.resources.values() {
            imported(&definition.properties, &mut names);
        }
        self.template
            .outputs
            .values()
            .for_each(|output| imported(output, &mut names));
        names
            .into_iter()
            .map(|name| {
                let resolved = self.with_scope(state, &nothing, |scope| scope.resolve(name))?;
                Ok(resolved.map(|name| json::text(&name)).unwrap_or_default())
            })
            .collect()
    }

    fn output(
        &self,
        name: &str,
        body: &Value,
        state: &State,
        lookup: Lookup<'_>,
    ) -> Result<Output, String> {
        let text = |value: &Value| match self
            .with_scope(state, lookup, |scope| scope.resolve(value))?
        {
            Some(Value::Object(_) | Value::Array(_)) | None => Err(format!(
                "Template format error: Output {name} is malformed. The Value field of every Outputs member must evaluate to a String."
            )),
            Some(scalar) => Ok(json::text(&scalar)),
        };
        let export = body.get("Export").and_then(|export| export.get("Name"));
        Ok(Output {
            value: text(body.get("Value").unwrap_or(&Value::Null))?,
            description: body.get("Description").map(json::text),
            export: export.map(text).transpose()?,
        })
    }

    fn with_scope<T>(
        &self,
        state: &State,
        lookup: Lookup<'_>,
        work: impl FnOnce(&Scope<'_>) -> T,
    ) -> T {
        work(&Scope {
            template: &self.template,
            parameters: &self.references,
            region: &self.region,
            stack_name: &self.stack_name,
            stack_id: &self.stack_id,
            resource: lookup,
            export: &|name| export(state, name),
            ssm: &|name| state.parameters.value(name),
            decided: RefCell::default(),
        })
    }
}

/// Collects the arguments of every `Fn::ImportValue`.
fn imported<'a>(value: &'a Value, names: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| imported(item, names)),
        Value::Object(members) => {
            names.extend(members.get("Fn::ImportValue"));
            members.values().for_each(|member| imported(member, names));
        }
        _ => {}
    }
}

/// The value that a living stack exports under `name`.
pub(super) fn export(state: &State, name: &str) -> Option<String> {
    let living = state.stacks.iter().filter(|stack| !stack.is_deleted());
    living
        .flat_map(|stack| stack.current.outputs.values())
        .find(|output| output.export.as_deref() == Some(name))
        .map(|output| output.value.clone())
}

/// Finds resources among those that stand in a version.
pub(super) fn lookup_in(version: &Version) -> impl Fn(&str, Option<&str>) -> Result<Value, String> {
    |name, attribute| {
        let record = version
            .resources
            .get(name)
            .ok_or_else(|| format!("{name} does not stand"))?;
        look_up(record, name, attribute)
    }
}

/// What `Ref` or `GetAtt` of a resource that stands gives.
pub(super) fn look_up(
    record: &Record,
    logical_id: &str,
    attribute: Option<&str>,
) -> Result<Value, String> {
    let Some(attribute) = attribute else {
        return Ok(record.physical_id.as_str().into());
    };
    let found = record
        .attributes
        .get(attribute)
        .or_else(|| record.properties.get(attribute));
    found
        .cloned()
        .ok_or_else(|| format!("Template error: resource {logical_id} does not support attribute type {attribute} in Fn::GetAtt"))
}
