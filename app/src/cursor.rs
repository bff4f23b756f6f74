//! Where the next page starts: the last key that was read, as one word in an address.

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value};

use crate::value;

/// The attributes of a key, by their names.
pub(crate) type Key = value::Item;

/// A partition key and a sort key.
const MAX_ATTRIBUTES: usize = 2;

/// The key as URL-safe base64 of its `DynamoDB` JSON.
pub(crate) fn encode(key: &Key) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value::item_to_json(key).to_string())
}

/// The key that [`encode`] was given; `None` for a text that it can't have made.
pub(crate) fn decode(cursor: &str) -> Option<Key> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let attributes: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
    if !(1..=MAX_ATTRIBUTES).contains(&attributes.len()) {
        return None;
    }
    attributes
        .into_iter()
        .map(|(name, value)| Some((name, key_value(&value)?)))
        .collect()
}

/// A key is a string, a number or a binary value.
fn key_value(json: &Value) -> Option<AttributeValue> {
    let object = json.as_object().filter(|object| object.len() == 1)?;
    let (descriptor, value) = object.iter().next()?;
    let text = value.as_str()?;
    match descriptor.as_str() {
        "S" => Some(AttributeValue::S(text.to_owned())),
        "N" => Some(AttributeValue::N(text.to_owned())),
        "B" => BASE64_STANDARD
            .decode(text)
            .ok()
            .map(|bytes| AttributeValue::B(Blob::new(bytes))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_type_survives() {
        let values = [
            AttributeValue::S("\u{e4} /?&=+\n\"".to_owned()),
            AttributeValue::N("-1.2345678901234567890123456789012345678E+125".to_owned()),
            AttributeValue::B(Blob::new((0..=255).collect::<Vec<u8>>())),
        ];
        for value in values {
            let key = Key::from([
                ("partition".to_owned(), value),
                (
                    "sort \u{1f600}".to_owned(),
                    AttributeValue::N("0".to_owned()),
                ),
            ]);
            let cursor = encode(&key);
            assert!(
                cursor
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            );
            assert_eq!(decode(&cursor), Some(key));
        }
    }

    #[test]
    fn a_forged_cursor_is_none() {
        for json in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"a":"b"}"#,
            r#"{"a":{}}"#,
            r#"{"a":{"S":1}}"#,
            r#"{"a":{"S":"x","N":"1"}}"#,
            r#"{"a":{"BOOL":true}}"#,
            r#"{"a":{"B":"not base64!"}}"#,
            r#"{"a":{"S":"1"},"b":{"S":"2"},"c":{"S":"3"}}"#,
        ] {
            assert_eq!(decode(&BASE64_URL_SAFE_NO_PAD.encode(json)), None, "{json}");
        }
        for cursor in ["", "%", "a", "\u{e4}", "e30="] {
            assert_eq!(decode(cursor), None, "{cursor}");
        }
    }
}
