//! Converts scalars to their declared types.

use serde_json::{Number, Value};

use super::node::Node;

/// Converts the scalars in `value` to the types of `node`. CloudFormation takes `"true"` for true
/// and `"512"` for 512, because parameters are always strings. A scalar that does not fit stays
/// unchanged.
pub(super) fn coerce(node: Node<'_>, value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let coerced = members.into_iter().map(|(name, member)| {
                let member = match node.member(&name) {
                    Some(node) => coerce(node, member),
                    None => member,
                };
                (name, member)
            });
            Value::Object(coerced.collect())
        }
        Value::Array(items) => match node.item() {
            Some(node) => items.into_iter().map(|item| coerce(node, item)).collect(),
            None => Value::Array(items),
        },
        scalar => convert(&node.types(), &scalar).unwrap_or(scalar),
    }
}

/// The scalar as one of these types; `None` if it has one of them already, or fits none.
fn convert(types: &[&str], scalar: &Value) -> Option<Value> {
    if types.iter().any(|name| has_type(name, scalar)) {
        return None;
    }
    types.iter().find_map(|name| match (*name, scalar) {
        ("string", Value::Number(_) | Value::Bool(_)) => Some(scalar.to_string().into()),
        ("integer", Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        ("number", Value::String(text)) => text.parse::<Number>().ok().map(Value::from),
        ("boolean", Value::String(text)) => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    })
}

fn has_type(name: &str, scalar: &Value) -> bool {
    match scalar {
        Value::String(_) => name == "string",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || name == "integer" && !number.is_f64(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_are_taken_in_either_form_and_put_right() {
        let schema = json!({
            "definitions": {"Tag": {"properties": {"Key": {"type": "string"}}, "type": "object"}},
            "properties": {
                "Any": {"type": ["integer", "string"]},
                "Count": {"type": "integer"},
                "Enabled": {"type": "boolean"},
                "Labels": {"patternProperties": {".*": {"type": "string"}}, "type": "object"},
                "Either": {"oneOf": [{"type": "array", "items": {"$ref": "#/definitions/Tag"}}, {"type": "string"}]},
                "Policy": {"type": ["object", "string"]},
                "Share": {"type": "number"},
                "Tags": {"type": "array", "items": {"$ref": "#/definitions/Tag"}},
            },
        });
        let given = json!({
            "Any": "1", "Count": "512", "Enabled": "true", "Labels": {"any": 1}, "Either": [{"Key": 1}],
            "Policy": {"Version": 1}, "Share": "0.5", "Tags": [{"Key": 7}, {"Key": false}],
            "Unknown": 1,
        });
        let coerced = json!({
            "Any": "1", "Count": 512, "Enabled": true, "Labels": {"any": "1"}, "Either": [{"Key": "1"}],
            "Policy": {"Version": 1}, "Share": 0.5, "Tags": [{"Key": "7"}, {"Key": "false"}],
            "Unknown": 1,
        });
        let root = Node::root(&schema);
        assert_eq!(coerce(root, given), coerced);
        assert_eq!(coerce(root, coerced.clone()), coerced);
        let unfit = json!({"Count": "many", "Enabled": 1, "Share": "half", "Tags": "one"});
        assert_eq!(coerce(root, unfit.clone()), unfit);
    }
}
