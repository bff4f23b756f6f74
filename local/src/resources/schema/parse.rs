//! Reads a shape from the JSON file of a resource type.

use serde_json::Value;

use super::shape::{Object, Shape};

impl TryFrom<Value> for Shape {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::String(name) => Self::scalar(&name),
            Value::Array(mut items) if items.len() == 1 => {
                Ok(Self::List(Box::new(items.remove(0).try_into()?)))
            }
            Value::Object(mut members) => {
                if let Some(values) = members.remove("*") {
                    return Ok(Self::Map(Box::new(values.try_into()?)));
                }
                let required = members
                    .remove("$required")
                    .unwrap_or_else(|| Value::Array(Vec::new()));
                Ok(Self::Object(Object {
                    required: serde_json::from_value(required).map_err(|err| err.to_string())?,
                    members: members
                        .into_iter()
                        .map(|(name, shape)| Ok((name, shape.try_into()?)))
                        .collect::<Result<_, String>>()?,
                }))
            }
            other => Err(format!("{other} is not a shape")),
        }
    }
}

impl Shape {
    fn scalar(name: &str) -> Result<Self, String> {
        match name {
            "string" => Ok(Self::String),
            "integer" => Ok(Self::Integer),
            "number" => Ok(Self::Number),
            "boolean" => Ok(Self::Boolean),
            "json" => Ok(Self::Json),
            _ => Err(format!("{name} is not a shape")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_shape_is_refused() {
        for wrong in [
            json!("text"),
            json!(["string", "string"]),
            json!(1),
            json!({"A": null}),
        ] {
            assert!(Shape::try_from(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
