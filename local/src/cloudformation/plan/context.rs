//! The properties of a resource, as a change shows them.

use serde_json::{Value, json};

/// The text of `BeforeContext` or `AfterContext`.
pub(super) fn context(properties: &Value) -> String {
    json!({"Properties": properties}).to_string()
}
