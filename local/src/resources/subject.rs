//! The resource that a rule looks at.

use std::collections::BTreeSet;

use serde_json::Value;

use super::request::Request;
use crate::account::{Item, Quotas, State};
use crate::cloudformation::Stack;
use crate::services::iam::Principal;

/// A resource that is about to be created or updated, and the account around it.
pub(crate) struct Subject<'a> {
    pub(crate) resource_type: &'a str,
    /// Its wanted properties, with every function resolved.
    pub(crate) properties: &'a Value,
    /// Its current properties, if it exists.
    pub(crate) before: Option<&'a Value>,
    /// Its physical id; empty if it does not exist yet.
    pub(crate) id: &'a str,
    /// Its stack, and its name in the template.
    pub(crate) stack: Option<&'a Stack>,
    pub(crate) logical_id: &'a str,
    pub(crate) state: &'a State,
    pub(crate) region: &'a str,
    pub(crate) quotas: &'a Quotas,
    /// Who creates or updates it.
    pub(crate) caller: &'a Principal,
}

impl<'a> Subject<'a> {
    pub(super) fn new(request: &'a Request, before: Option<&'a Value>, state: &'a State) -> Self {
        Self {
            resource_type: &request.resource_type,
            properties: &request.properties,
            before,
            id: &request.physical_id,
            stack: stack(state, &request.stack_name),
            logical_id: &request.logical_id,
            state,
            region: &request.account.region,
            quotas: &request.account.quotas,
            caller: &request.caller,
        }
    }

    pub(crate) fn is_created(&self) -> bool {
        self.before.is_none()
    }

    /// The text at `path`, such as `Matcher/HttpCode`, unless it is missing or empty.
    pub(crate) fn text(&self, path: &str) -> Option<&'a str> {
        text(self.properties, path)
    }

    /// The number at `path`.
    pub(crate) fn number(&self, path: &str) -> Option<i64> {
        number(self.properties, path)
    }

    /// The list at `path`; empty if it is missing.
    pub(crate) fn list(&self, path: &str) -> &'a [Value] {
        list(self.properties, path)
    }

    /// The texts of the list at `path`.
    pub(crate) fn texts(&self, path: &str) -> Vec<&'a str> {
        texts(self.properties, path)
    }

    /// Whether the flag at `path` is set to `value`.
    pub(crate) fn is(&self, path: &str, value: bool) -> bool {
        at(self.properties, path).and_then(Value::as_bool) == Some(value)
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        at(self.properties, path).is_some()
    }

    /// The existing resource of this type and id.
    pub(crate) fn find(&self, resource_type: &str, id: &str) -> Option<&'a Item> {
        let mut of_type = self.state.inventory.of_type(resource_type);
        of_type
            .find(|(known, _)| *known == id)
            .map(|(_, item)| item)
    }

    /// The other resources of this type.
    pub(crate) fn others(&self) -> impl Iterator<Item = (&'a str, &'a Item)> + use<'a> {
        let id = self.id;
        let of_type = self.state.inventory.of_type(self.resource_type);
        of_type.filter(move |(other, _)| *other != id)
    }

    /// The sentence of a quota if one more resource of this type exceeds it.
    pub(crate) fn within(&self, quota: &str, sentence: &str) -> Result<(), String> {
        let full = self.others().count() as u64 >= self.quotas.get(quota);
        fail_if(self.is_created() && full, || sentence.to_owned())
    }
}

fn stack<'a>(state: &'a State, name: &str) -> Option<&'a Stack> {
    let mut stacks = state.stacks.iter();
    stacks.find(|stack| stack.name == name && !stack.is_deleted())
}

/// The sentence as an error, if the rule is broken.
pub(crate) fn fail_if(broken: bool, sentence: impl FnOnce() -> String) -> Result<(), String> {
    if broken { Err(sentence()) } else { Ok(()) }
}

/// The value at a path such as `Matcher/HttpCode`.
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let found = path
        .split('/')
        .try_fold(value, |value, name| value.get(name))?;
    (!found.is_null()).then_some(found)
}

/// The text at `path`, unless it is missing or empty.
pub(crate) fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    at(value, path)?.as_str().filter(|text| !text.is_empty())
}

/// The number at `path`, which may also be a string.
pub(crate) fn number(value: &Value, path: &str) -> Option<i64> {
    match at(value, path)? {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    }
}

/// The list at `path`; empty if it is missing.
pub(crate) fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The texts of the list at `path`.
pub(crate) fn texts<'a>(value: &'a Value, path: &str) -> Vec<&'a str> {
    list(value, path).iter().filter_map(Value::as_str).collect()
}

/// The first value that is there twice.
pub(crate) fn repeated<T: Ord + Copy>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut seen = BTreeSet::new();
    values.into_iter().find(|value| !seen.insert(*value))
}

/// The message of a service for a value outside of the bounds of its model.
///
/// # Errors
/// The message, if the number is outside.
pub(crate) fn within_bounds(
    name: &str,
    value: Option<i64>,
    least: i64,
    most: i64,
) -> Result<(), String> {
    let Some(value) = value else { return Ok(()) };
    let bound = if value < least {
        format!("greater than or equal to {least}")
    } else if value > most {
        format!("less than or equal to {most}")
    } else {
        return Ok(());
    };
    Err(format!(
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must have value {bound}"
    ))
}

/// The message of a service for a value that its model does not list.
///
/// # Errors
/// The message, if the value is not one of `known`.
pub(crate) fn one_of(name: &str, value: Option<&str>, known: &[&str]) -> Result<(), String> {
    let unknown = value.filter(|value| !known.contains(value));
    unknown.map_or(Ok(()), |value| {
        Err(format!(
            "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must satisfy enum value set: [{}]",
            known.join(", ")
        ))
    })
}
