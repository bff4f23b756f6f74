//! Helpers that read JSON values.

use serde_json::Value;

/// A scalar as text, the way CloudFormation turns one into a string; anything else as JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The string member `name`, unless it is missing or empty.
pub(crate) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The boolean member `name`, which may also be a string.
pub(crate) fn flag(value: &Value, name: &str) -> bool {
    value.get(name).is_some_and(|flag| text(flag) == "true")
}

/// The whole number in member `name`, which may also be a string.
pub(crate) fn number(value: &Value, name: &str) -> Option<u64> {
    text(value.get(name)?).parse().ok()
}
