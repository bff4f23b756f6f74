//! What the functions of a template see, and how a value with functions in it is resolved.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::aws::{KNOWN_AFTER_APPLY, json};
use crate::cloudformation::template::{Template, is_function, single};

/// The longest text that a function may create, in bytes: more than any AWS API takes as a property.
const LONGEST_TEXT: usize = 1_000_000;

/// How `Ref` (no attribute) and `GetAtt` find a resource; an error if it does not exist yet.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str, Option<&str>) -> Result<Value, String>;

/// A resolved value. `None` is `AWS::NoValue`, which removes the property.
pub(crate) type Resolved = Result<Option<Value>, String>;

/// An intrinsic function: resolves its argument, or says in one sentence what is wrong with it.
pub(super) type Function = fn(&Scope<'_>, &Value) -> Resolved;

/// The surroundings of the functions of one template in one stack.
pub(crate) struct Scope<'a> {
    /// The functions by name.
    pub(super) functions: &'static [(&'static str, Function)],
    pub(super) template: &'a Template,
    pub(super) inputs: Inputs<'a>,
    /// The conditions that are decided already: they may name each other many times over.
    pub(super) decided: RefCell<BTreeMap<String, bool>>,
}

/// What the stack and the account give to the functions.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    /// The values of the parameters: a string, or a list of strings.
    pub(crate) parameters: &'a BTreeMap<String, Value>,
    pub(crate) region: &'a str,
    /// The availability zones of the region.
    pub(crate) zones: &'a [String],
    pub(crate) stack_name: &'a str,
    pub(crate) stack_id: &'a str,
    pub(crate) resource: Lookup<'a>,
    /// The value of an export.
    pub(crate) export: &'a dyn Fn(&str) -> Option<String>,
    /// The value of an output of a stack.
    pub(crate) output: &'a dyn Fn(&str, &str) -> Option<String>,
    /// The ARNs of the topics that get the events of the stack.
    pub(crate) topics: &'a [String],
    /// Whether a change set is being planned: what only the deployment finds out is not judged.
    pub(crate) planning: bool,
}

impl Scope<'_> {
    /// Resolves every function in `value`.
    ///
    /// # Errors
    /// One sentence that names the function and what is wrong with its argument.
    pub(crate) fn resolve(&self, value: &Value) -> Resolved {
        match value {
            Value::Object(members) => match single(members) {
                Some((name, argument)) if is_function(name) => self.call(name, argument),
                _ => self
                    .resolve_members(members)
                    .map(|members| Some(Value::Object(members))),
            },
            Value::Array(items) => {
                let resolved: Result<Vec<_>, _> =
                    items.iter().map(|item| self.resolve(item)).collect();
                Ok(Some(resolved?.into_iter().flatten().collect()))
            }
            other => Ok(Some(other.clone())),
        }
    }

    fn resolve_members(&self, members: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let mut resolved = Map::new();
        for (name, member) in members {
            if let Some(member) = self.resolve(member)? {
                resolved.insert(name.clone(), member);
            }
        }
        Ok(resolved)
    }

    fn call(&self, name: &str, argument: &Value) -> Resolved {
        let known = self.functions.iter().find(|(known, _)| *known == name);
        let (_, function) =
            known.ok_or_else(|| format!("Template error: the local AWS has no function {name}"))?;
        function(self, argument)
    }

    /// Resolves `value` to a scalar, as text.
    pub(super) fn text(&self, value: &Value) -> Result<String, String> {
        match self.resolve(value)? {
            Some(Value::Object(_) | Value::Array(_)) | None => {
                Err(format!("Template error: {value} must be a string"))
            }
            Some(scalar) => Ok(json::text(&scalar)),
        }
    }

    /// Resolves `value` to a list. A list that is not known yet has a single placeholder item.
    pub(super) fn list(&self, value: &Value) -> Result<Vec<Value>, String> {
        match self.resolve(value)? {
            Some(Value::Array(items)) => Ok(items),
            Some(Value::String(text)) if text.contains(KNOWN_AFTER_APPLY) => Ok(vec![text.into()]),
            _ => Err(format!("Template error: {value} must be a list")),
        }
    }
}

/// Returns an error if a text has become too long.
pub(super) fn limit(text: &str) -> Result<(), String> {
    if text.len() > LONGEST_TEXT {
        return Err(format!(
            "Template error: a text has more than {LONGEST_TEXT} bytes"
        ));
    }
    Ok(())
}
