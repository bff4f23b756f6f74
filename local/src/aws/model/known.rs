//! Takes the members out of an input that the model does not have.

use serde_json::Value;

use super::Model;
use super::shape::{Shape, Type};

/// The input with only the members that AWS knows. In a list of the Query protocol that was not read
/// as a list yet, the items are members with numbers.
pub(super) fn only(model: &Model, shape: &Shape, value: Value) -> Value {
    let within = |reference: &str, value| match model.shape(reference) {
        Some(shape) => only(model, shape, value),
        None => value,
    };
    match (shape.r#type, value) {
        (Type::Structure, Value::Object(members)) => members
            .into_iter()
            .filter_map(|(name, value)| {
                let value = within(shape.members.get(&name)?, value);
                Some((name, value))
            })
            .collect(),
        (Type::List, Value::Array(items)) => items
            .into_iter()
            .map(|item| within(&shape.of, item))
            .collect(),
        (Type::List, Value::Object(items)) if has_numbers(&items) => items
            .into_iter()
            .map(|(number, item)| (number, within(&shape.of, item)))
            .collect(),
        (_, value) => value,
    }
}

fn has_numbers(items: &serde_json::Map<String, Value>) -> bool {
    items
        .keys()
        .all(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::admit;
    use crate::aws::Protocol;

    #[test]
    fn only_members_of_the_model_are_left() {
        let input = json!({
            "Path": "/a", "Colour": "blue",
            "ParameterFilters": [{"Key": "Type", "Values": ["String"], "Size": 1}],
        });
        let left = admit("ssm", Protocol::Json, "GetParametersByPath", input).unwrap();
        let expected =
            json!({"Path": "/a", "ParameterFilters": [{"Key": "Type", "Values": ["String"]}]});
        assert_eq!(left, expected);
        let form = json!({"Action": "DescribeVpcs", "Version": "2016-11-15",
            "Filter": {"1": {"Name": "vpc-id", "Value": {"1": "vpc-1"}, "Odd": "x"}}});
        let left = admit("ec2", Protocol::Query(""), "DescribeVpcs", form).unwrap();
        let expected = json!({"Filter": {"1": {"Name": "vpc-id", "Value": {"1": "vpc-1"}}}});
        assert_eq!(left, expected);
    }
}
