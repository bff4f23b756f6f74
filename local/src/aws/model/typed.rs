//! Reads the numbers and switches of a Query form, in which every value is a text.

use serde_json::{Number, Value};

use super::Model;
use super::shape::Type;

/// The value in the types of a shape.
pub(super) fn value(model: &Model, reference: &str, given: Value) -> Value {
    let Some(shape) = model.shape(reference) else {
        return leaf(Type::named(reference), given);
    };
    match given {
        Value::Object(members) if shape.r#type == Type::Structure => members
            .into_iter()
            .map(|(name, given)| {
                let typed = match shape.members.get(&name) {
                    Some(reference) => value(model, reference, given),
                    None => given,
                };
                (name, typed)
            })
            .collect(),
        Value::Array(items) if shape.r#type == Type::List => {
            let items = items.into_iter();
            items.map(|item| value(model, &shape.of, item)).collect()
        }
        // An empty list: `Tags=`.
        Value::String(text) if text.is_empty() && shape.r#type == Type::List => {
            Value::Array(Vec::new())
        }
        other => leaf(Some(shape.r#type), other),
    }
}

fn leaf(wanted: Option<Type>, given: Value) -> Value {
    let Value::String(text) = &given else {
        return given;
    };
    let read = match wanted {
        Some(Type::Boolean) => text.parse::<bool>().ok().map(Value::Bool),
        Some(Type::Integer | Type::Long) => text.parse::<i64>().ok().map(Value::from),
        Some(Type::Double | Type::Float) => {
            let number = text.parse().ok().and_then(Number::from_f64);
            number.map(Value::Number)
        }
        _ => None,
    };
    read.unwrap_or(given)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::typed;

    #[test]
    fn a_form_gets_the_types_of_its_action() {
        let form = json!({
            "AlarmName": "1", "Period": "60", "Threshold": "1.5", "ActionsEnabled": "false",
            "Dimensions": [{"Name": "2", "Value": "3"}], "EvaluationPeriods": "x", "Tags": "",
        });
        let expected = json!({
            "AlarmName": "1", "Period": 60, "Threshold": 1.5, "ActionsEnabled": false,
            "Dimensions": [{"Name": "2", "Value": "3"}], "EvaluationPeriods": "x", "Tags": [],
        });
        assert_eq!(typed("monitoring", "PutMetricAlarm", form), expected);
    }
}
