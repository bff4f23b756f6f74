use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use items::Kind;
use serde_json::{Map, Value, json};

/// The attributes of a key, by their names.
pub(crate) type Key = HashMap<String, AttributeValue>;

/// The names of the attributes of a key, the partition key first if that is known.
pub(crate) type KeyNames = Vec<String>;

/// A partition key and a sort key.
const MAX_ATTRIBUTES: usize = 2;

/// The key as DynamoDB JSON.
pub(crate) fn to_json(key: &Key) -> String {
    let attributes = key.iter();
    let json: Map<String, Value> = attributes
        .map(|(name, value)| (name.clone(), value_to_json(value)))
        .collect();
    Value::from(json).to_string()
}

fn value_to_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(blob) => json!({ "B": BASE64_STANDARD.encode(blob) }),
        // A key has no other types, and what has them is refused when it is read again.
        _ => Value::Null,
    }
}

/// Reads a key from DynamoDB JSON.
pub(crate) fn from_json(bytes: &[u8]) -> Option<Key> {
    let attributes: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
    if !(1..=MAX_ATTRIBUTES).contains(&attributes.len()) {
        return None;
    }
    attributes
        .into_iter()
        .map(|(name, value)| Some((name, value_from_json(&value)?)))
        .collect()
}

/// A key is a string, a number or a binary.
fn value_from_json(json: &Value) -> Option<AttributeValue> {
    let object = json.as_object().filter(|object| object.len() == 1)?;
    let (tag, value) = object.iter().next()?;
    let text = value.as_str()?;
    match Kind::of_tag(tag)? {
        Kind::String => Some(AttributeValue::S(text.to_owned())),
        Kind::Number => Some(AttributeValue::N(text.to_owned())),
        Kind::Binary => BASE64_STANDARD
            .decode(text)
            .ok()
            .map(|bytes| AttributeValue::B(Blob::new(bytes))),
        _ => None,
    }
}
