//! The sizes of policies.

use serde_json::Value;

/// The characters of a document that count: IAM ignores white space.
pub(super) fn size(document: &Value) -> usize {
    match document {
        Value::String(text) => text.chars().filter(|c| !c.is_whitespace()).count(),
        other => other.to_string().chars().count(),
    }
}
