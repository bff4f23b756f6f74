//! A version of a stack whose functions can be resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::dynamic::{SecretValues, with_parameters, with_references};
use crate::account::State;
use crate::aws::{AwsError, json};
use crate::cloudformation::functions::{Inputs, Lookup, Scope, condition, scope};
use crate::cloudformation::model::{Output, Secrets, Stack, Version, export, output};
use crate::cloudformation::template::{Definition, Template, dependencies};
use crate::cloudformation::transform::processed;
use crate::resources::schema;
use crate::services::ec2::zones;

/// The template of a version and everything that its functions need, except the resources.
pub(crate) struct Target {
    pub(crate) template: Template,
    references: BTreeMap<String, Value>,
    /// The tags of the stack, which go to every resource that can have tags.
    tags: BTreeMap<String, String>,
    topics: Vec<String>,
    region: String,
    zones: Vec<String>,
    stack_name: String,
    stack_id: String,
}

impl Target {
    /// Reads `version` as the input of the stack, and processes its transform.
    ///
    /// # Errors
    /// As [`Template::parse`] and [`processed`]; a template that was accepted once does not fail.
    pub(crate) fn new(region: &str, stack: &Stack, version: &Version) -> Result<Self, AwsError> {
        let references = version
            .parameters
            .iter()
            .map(|(name, parameter)| (name.clone(), parameter.reference.clone()))
            .collect();
        let mut target = Self {
            template: Template::default(),
            references,
            tags: version.tags.clone(),
            topics: version.notification_arns.clone(),
            region: region.to_owned(),
            zones: zones(region),
            stack_name: stack.name.clone(),
            stack_id: stack.id.clone(),
        };
        let template = Template::parse(&version.template)?;
        let nothing = |name: &str, _: Option<&str>| Err(format!("{name} does not exist"));
        target.template = processed(template, target.parameters_only(&nothing))?;
        Ok(target)
    }

    /// The inputs of functions that see parameters but no resources.
    fn parameters_only<'a>(&'a self, nothing: Lookup<'a>) -> Inputs<'a> {
        Inputs {
            parameters: &self.references,
            region: &self.region,
            zones: &self.zones,
            stack_name: &self.stack_name,
            stack_id: &self.stack_id,
            resource: nothing,
            export: &|_| None,
            output: &|_, _| None,
            topics: &self.topics,
            planning: false,
        }
    }

    /// The logical ids whose condition is true, each with those that it depends on.
    ///
    /// # Errors
    /// One sentence if a condition cannot be evaluated.
    pub(crate) fn active(
        &self,
        state: &State,
    ) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
        let mut active = BTreeMap::new();
        for (logical_id, mut after) in dependencies(&self.template) {
            let definition = self.definition(&logical_id)?;
            if self.holds(definition.condition.as_deref(), state)? {
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

    /// The definition of a resource.
    ///
    /// # Errors
    /// One sentence if the template does not have it.
    pub(crate) fn definition(&self, logical_id: &str) -> Result<&Definition, String> {
        let definition = self.template.resources.get(logical_id);
        definition.ok_or_else(|| format!("{logical_id} is not in the template"))
    }

    fn holds(&self, name: Option<&str>, state: &State) -> Result<bool, String> {
        let nothing = |name: &str, _: Option<&str>| {
            Err(format!(
                "Template error: the resource {name} cannot be used in a condition"
            ))
        };
        name.map_or(Ok(true), |name| {
            self.with_scope(state, &nothing, |scope| condition(scope, name))
        })
    }

    /// The properties with which a resource is deployed. All values are known.
    ///
    /// # Errors
    /// One sentence if a function fails, or AWS's message if the properties do not fit the type.
    pub(crate) fn properties(
        &self,
        logical_id: &str,
        state: &State,
        lookup: Lookup<'_>,
        secrets: SecretValues<'_>,
    ) -> Result<(Value, Secrets), String> {
        let definition = self.definition(logical_id)?;
        let (properties, secrets) = self.resolved(logical_id, state, lookup, secrets)?;
        if let Some(known) = schema(&definition.resource_type) {
            known.validate(logical_id, &properties)?;
        }
        Ok((self.tagged(definition, properties), secrets))
    }

    /// The properties of a resource, with every scalar converted to its declared type, and the secrets
    /// in them.
    ///
    /// # Errors
    /// One sentence if a function or a dynamic reference fails.
    pub(super) fn resolved(
        &self,
        logical_id: &str,
        state: &State,
        lookup: Lookup<'_>,
        secrets: SecretValues<'_>,
    ) -> Result<(Value, Secrets), String> {
        let definition = self.definition(logical_id)?;
        let known = schema(&definition.resource_type)
            .ok_or_else(|| format!("Unrecognized resource type {}", definition.resource_type))?;
        let planning = matches!(secrets, SecretValues::Planned(_));
        let resolved = self.scoped(state, lookup, planning, |scope| {
            scope.resolve(&definition.properties)
        })?;
        let resolved = resolved.unwrap_or_else(|| Value::Object(Map::new()));
        let (resolved, secrets) = with_references(resolved, state, secrets)?;
        Ok((known.coerce(resolved), secrets))
    }

    /// The properties with the tags of the stack.
    pub(super) fn tagged(&self, definition: &Definition, properties: Value) -> Value {
        match schema(&definition.resource_type) {
            Some(known) => known.tagged(properties, &self.tags),
            None => properties,
        }
    }

    /// The outputs whose condition is true.
    ///
    /// # Errors
    /// One sentence that names the output whose value is not a string.
    pub(crate) fn outputs(
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
    /// One sentence if a name depends on a resource.
    pub(crate) fn imports(&self, state: &State) -> Result<BTreeSet<String>, String> {
        let nothing = |name: &str, _: Option<&str>| {
            Err(format!(
                "Template error: the resource {name} cannot be used in Fn::ImportValue"
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
            .filter_map(|name| {
                let resolved = self.with_scope(state, &nothing, |scope| scope.resolve(name));
                resolved.transpose()
            })
            .map(|name| Ok(json::text(&name?)))
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
            Some(scalar) => with_parameters(&json::text(&scalar), state),
        };
        let export = body.get("Export").and_then(|export| export.get("Name"));
        let export = export.map(text).transpose()?;
        if let Some(export) = &export {
            check_export(name, export)?;
        }
        Ok(Output {
            value: text(body.get("Value").unwrap_or(&Value::Null))?,
            description: body.get("Description").map(json::text),
            export,
        })
    }

    pub(super) fn with_scope<T>(
        &self,
        state: &State,
        lookup: Lookup<'_>,
        work: impl FnOnce(&Scope<'_>) -> T,
    ) -> T {
        self.scoped(state, lookup, false, work)
    }

    fn scoped<T>(
        &self,
        state: &State,
        lookup: Lookup<'_>,
        planning: bool,
        work: impl FnOnce(&Scope<'_>) -> T,
    ) -> T {
        let inputs = Inputs {
            planning,
            export: &|name| export(&state.stacks, name),
            output: &|stack, name| output(&state.stacks, stack, name),
            ..self.parameters_only(lookup)
        };
        work(&scope(&self.template, inputs))
    }
}

/// The sentence is in a public report of a deployment with a wrong name.
fn check_export(output: &str, name: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == ':' || c == '-';
    if !name.is_empty() && name.chars().all(is_allowed) {
        return Ok(());
    }
    Err(format!(
        "Template format error: Output {output} is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens."
    ))
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
