//! The shape of a property: which values it accepts, and how CloudFormation converts them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Number, Value};

/// The shape of a value.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
pub(super) enum Shape {
    String,
    Integer,
    Number,
    Boolean,
    /// Any JSON, such as a policy document.
    Json,
    List(Box<Self>),
    /// Any names with values of one shape.
    Map(Box<Self>),
    Object(Object),
}

/// Known names, each with its shape.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) members: BTreeMap<String, Shape>,
    pub(super) required: Vec<String>,
}

impl Shape {
    /// Converts the scalars in `value` to the types of the shape. A scalar that does not fit stays
    /// unchanged.
    pub(super) fn coerce(&self, value: Value) -> Value {
        match (self, value) {
            (Self::Object(object), Value::Object(members)) => {
                let coerced = members.into_iter().map(|(name, member)| {
                    let member = match object.members.get(&name) {
                        Some(shape) => shape.coerce(member),
                        None => member,
                    };
                    (name, member)
                });
                Value::Object(coerced.collect())
            }
            (Self::List(shape), Value::Array(items)) => {
                items.into_iter().map(|item| shape.coerce(item)).collect()
            }
            (Self::Map(shape), Value::Object(members)) => members
                .into_iter()
                .map(|(name, member)| (name, shape.coerce(member)))
                .collect(),
            (_, value) => self.convert(&value).unwrap_or(value),
        }
    }

    /// The scalar `value` as one of this shape. CloudFormation takes `"true"` for true and 512 for
    /// `"512"`, because parameters are always strings.
    pub(super) fn convert(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::String, Value::String(_))
            | (Self::Number, Value::Number(_))
            | (Self::Boolean, Value::Bool(_))
            | (Self::Json, Value::Object(_) | Value::Array(_) | Value::String(_)) => {
                Some(value.clone())
            }
            (Self::String, Value::Number(_) | Value::Bool(_)) => Some(value.to_string().into()),
            (Self::Integer, Value::Number(number)) if !number.is_f64() => Some(value.clone()),
            (Self::Integer, Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
            (Self::Number, Value::String(text)) => text.parse::<Number>().ok().map(Value::from),
            (Self::Boolean, Value::String(text)) => text.parse::<bool>().ok().map(Value::from),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// One of each shape.
    pub(in crate::resources::schema) fn shape() -> Shape {
        let shape = json!({
            "Count": "integer",
            "Enabled": "boolean",
            "Labels": {"*": "string"},
            "Policy": "json",
            "Share": "number",
            "Tags": [{"$required": ["Key"], "Key": "string", "Value": "string"}],
        });
        shape.try_into().unwrap()
    }

    #[test]
    fn scalars_are_taken_in_either_form_and_put_right() {
        let given = json!({
            "Count": "512",
            "Enabled": "true",
            "Labels": {"any": 1},
            "Policy": {"Version": 1},
            "Share": "0.5",
            "Tags": [{"Key": 7, "Value": false}],
        });
        let coerced = json!({
            "Count": 512,
            "Enabled": true,
            "Labels": {"any": "1"},
            "Policy": {"Version": 1},
            "Share": 0.5,
            "Tags": [{"Key": "7", "Value": "false"}],
        });
        assert_eq!(shape().coerce(given), coerced);
        assert_eq!(shape().coerce(coerced.clone()), coerced);
    }
}
