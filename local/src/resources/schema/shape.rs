//! The shape of a property: which values it takes, and what CloudFormation makes of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Number, Value};

use crate::cloudformation::KNOWN_AFTER_APPLY;

/// What a property may be.
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
                    required: serde_json::from_value(required)
                        .map_err(|error| error.to_string())?,
                    members: members
                        .into_iter()
                        .map(|(name, shape)| Ok((name, shape.try_into()?)))
                        .collect::<Result<_, String>>()?,
                }))
            }
            other => Err(format!("{other} is no shape")),
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
            _ => Err(format!("{name} is no shape")),
        }
    }

    /// Checks `value`, which stands at `path` of the properties, whose root is `#`. A value that
    /// only the execution will know fits everywhere.
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

    /// Gives the scalars in `value` the types that belong there; what does not fit stays as it is.
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
    fn convert(&self, value: &Value) -> Option<Value> {
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
        let nearest = known.min().filter(|(distance, _)| *distance <= 2);
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

/// How many letters have to be changed, added or removed to make one name of the other; upper and
/// lower case count as the same (Levenshtein's distance).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other_letter) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other_letter);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shape() -> Shape {
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
        assert_eq!(shape().validate(&given, "#"), Ok(()));
        assert_eq!(shape().coerce(given), coerced);
        assert_eq!(shape().coerce(coerced.clone()), coerced);
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
            let error = shape().validate(&value, "#").unwrap_err();
            assert_eq!(
                error,
                format!("Model validation failed ({expected})"),
                "{value}"
            );
        }
        let error = shape().validate(&json!("text"), "#").unwrap_err();
        assert_eq!(
            error,
            "Model validation failed (#: expected type: JSONObject, found: String)"
        );
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("CidrBlok", "CidrBlock"), 1);
        assert_eq!(distance("vpcid", "VpcId"), 0);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }

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
