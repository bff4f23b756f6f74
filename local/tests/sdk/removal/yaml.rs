//! A template in YAML, with its short forms such as `!Ref`, as the JSON of CloudFormation.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value, json};

pub(super) fn to_json(text: &str) -> Value {
    let documents = Yaml::load_from_str(text).expect("YAML");
    node(&documents[0])
}

fn node(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(value) => scalar(value),
        Yaml::Sequence(items) => items.iter().map(node).collect(),
        Yaml::Mapping(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.as_str().expect("a name"), value));
            let members = members.map(|(name, value)| (name.to_owned(), node(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Yaml::Tagged(tag, inner) => function(&tag.suffix, &node(inner)),
        other => panic!("a template has no {other:?}"),
    }
}

fn scalar(value: &Scalar<'_>) -> Value {
    match value {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => json!(value),
        Scalar::Integer(value) => json!(value),
        Scalar::FloatingPoint(value) => json!(value.into_inner()),
        Scalar::String(value) => json!(value),
    }
}

fn function(name: &str, argument: &Value) -> Value {
    match name {
        "Ref" | "Condition" => json!({name: argument}),
        "GetAtt" => {
            let text = argument.as_str().expect("RESOURCE.ATTRIBUTE");
            let (resource, attribute) = text.split_once('.').expect("RESOURCE.ATTRIBUTE");
            json!({"Fn::GetAtt": [resource, attribute]})
        }
        other => {
            let name = format!("Fn::{other}");
            json!({name: argument})
        }
    }
}
