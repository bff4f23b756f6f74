//! Checks a value against its shape, with AWS's messages.

use serde_json::Value;

use super::distance::distance;
use super::shape::{Object, Shape};
use crate::aws::KNOWN_AFTER_APPLY;

/// A property at most this distance from an unknown name is suggested.
const CLOSE: usize = 2;

impl Shape {
    /// Checks `value`, which is at `path` of the properties; the root is `#`. A value that is not
    /// known before the deployment is always accepted.
    pub(super) fn validate(&self, value: &Value, path: &str) -> Result<(), String> {
        match (self, value) {
            (_, Value::String(text)) if text.contains(KNOWN_AFTER_APPLY) => Ok(()),
            (Self::Object(object), Value::Object(_)) => object.validate(value, path),
            (Self::List(shape), Value::Array(items)) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| shape.validate(item, &format!("{path}/{index}"))),
            (Self::Map(shape), Value::Object(members)) => members
                .iter()
                .try_for_each(|(name, member)| shape.validate(member, &format!("{path}/{name}"))),
            _ if self.convert(value).is_some() => Ok(()),
            _ => Err(failed(
                path,
                &format!("expected type: {}, found: {}", self.name(), name_of(value)),
            )),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Number => "Number",
            Self::Boolean => "Boolean",
            Self::List(_) => "JSONArray",
            Self::Json | Self::Map(_) | Self::Object(_) => "JSONObject",
        }
    }
}

impl Object {
    fn validate(&self, value: &Value, path: &str) -> Result<(), String> {
        let members = value.as_object().into_iter().flatten();
        for (name, member) in members {
            match self.members.get(name) {
                Some(shape) => shape.validate(member, &format!("{path}/{name}"))?,
                None => return Err(self.unknown(name, path)),
            }
        }
        match self.required.iter().find(|name| value.get(name).is_none()) {
            Some(name) => Err(failed(path, &format!("required key [{name}] not found"))),
            None => Ok(()),
        }
    }

    fn unknown(&self, name: &str, path: &str) -> String {
        let known = self
            .members
            .keys()
            .map(|known| (distance(name, known), known));
        let nearest = known.min().filter(|(distance, _)| *distance <= CLOSE);
        let hint = nearest.map_or_else(String::new, |(_, known)| {
            format!(" (did you mean {known}?)")
        });
        if path == "#" {
            return format!("Encountered unsupported property {name}{hint}");
        }
        failed(
            path,
            &format!("extraneous key [{name}] is not permitted{hint}"),
        )
    }
}

fn failed(path: &str, what: &str) -> String {
    format!("Model validation failed ({path}: {what})")
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_f64() => "Double",
        Value::Number(_) => "Integer",
        Value::String(_) => "String",
        Value::Array(_) => "JSONArray",
        Value::Object(_) => "JSONObject",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::resources::schema::shape::tests::shape;

    #[test]
    fn a_scalar_fits_in_either_form() {
        let value = json!({
            "Count": "512",
            "Enabled": "true",
            "Labels": {"any": 1},
            "Policy": {"Version": 1},
            "Share": "0.5",
            "Tags": [{"Key": 7, "Value": false}],
        });
        assert_eq!(shape().validate(&value, "#"), Ok(()));
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_path() {
        let cases = [
            (
                json!({"Count": "many"}),
                "#/Count: expected type: Integer, found: String",
            ),
            (
                json!({"Count": 1.5}),
                "#/Count: expected type: Integer, found: Double",
            ),
            (
                json!({"Enabled": 1}),
                "#/Enabled: expected type: Boolean, found: Integer",
            ),
            (
                json!({"Labels": {"a": []}}),
                "#/Labels/a: expected type: String, found: JSONArray",
            ),
            (
                json!({"Policy": null}),
                "#/Policy: expected type: JSONObject, found: Null",
            ),
            (
                json!({"Share": "half"}),
                "#/Share: expected type: Number, found: String",
            ),
            (
                json!({"Tags": "one"}),
                "#/Tags: expected type: JSONArray, found: String",
            ),
            (
                json!({"Tags": [{"Value": "v"}]}),
                "#/Tags/0: required key [Key] not found",
            ),
            (
                json!({"Tags": [{"Key": "k"}, {"Key": "k", "Valeu": "v"}]}),
                "#/Tags/1: extraneous key [Valeu] is not permitted (did you mean Value?)",
            ),
        ];
        for (value, expected) in cases {
            let err = shape().validate(&value, "#").unwrap_err();
            assert_eq!(
                err,
                format!("Model validation failed ({expected})"),
                "{value}"
            );
        }
        let err = shape().validate(&json!("text"), "#").unwrap_err();
        assert_eq!(
            err,
            "Model validation failed (#: expected type: JSONObject, found: String)"
        );
    }
}
