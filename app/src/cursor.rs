//! Where the next page starts: the last key that was read, as one word in an address.

use std::{
    collections::HashMap,
    fmt::{self, Display, Formatter},
};

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value, json};

use crate::parse::{Attribute, Item, Kind};

/// The attributes of a key, by their names.
pub(crate) type Key = HashMap<String, AttributeValue>;

/// The names of the attributes of a key, the one of the partition first if that is known.
pub(crate) type KeyNames = Vec<String>;

/// A partition key and a sort key.
const MAX_ATTRIBUTES: usize = 2;

/// Where a page starts: after the item with this key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Start {
    pub(crate) key: Key,
    /// How many items were read before, where a page says that.
    pub(crate) read: u64,
}

impl Start {
    /// What [`Display`] has written.
    pub(crate) fn decode(cursor: &str) -> Option<Self> {
        let (key, read) = match cursor.split_once('.') {
            Some((key, read)) => (key, read.parse().ok()?),
            None => (cursor, 0),
        };
        Some(Self {
            key: decode(key)?,
            read,
        })
    }
}

/// As one word in an address.
impl Display for Start {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(&self.key))?;
        match self.read {
            0 => Ok(()),
            read => write!(f, ".{read}"),
        }
    }
}

/// The key as URL-safe base64 of its `DynamoDB` JSON.
pub(crate) fn encode(key: &Key) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(to_text(key))
}

/// The key as `DynamoDB` JSON.
pub(crate) fn to_text(key: &Key) -> String {
    let json: Map<String, Value> = key
        .iter()
        .map(|(name, value)| (name.clone(), to_json(value)))
        .collect();
    Value::from(json).to_string()
}

fn to_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(blob) => json!({ "B": BASE64_STANDARD.encode(blob) }),
        // A key has no other types.
        _ => Value::Null,
    }
}

/// The key of an item, as [`decode`] reads it; `None` if one of the names is not in it.
pub(crate) fn write_of(item: &Item<'_>, names: &KeyNames, out: &mut Vec<u8>) -> bool {
    let mut json: Vec<u8> = Vec::with_capacity(128);
    for name in names {
        let found = item.find(name).filter(|found| found.kind.is_text());
        let Some(Attribute { name, kind, value }) = found else {
            return false;
        };
        let tag = match kind {
            Kind::Number => "N",
            Kind::Binary => "B",
            _ => "S",
        };
        json.push(if json.is_empty() { b'{' } else { b',' });
        let parts = [
            "\"",
            name.of(item.text),
            "\":{\"",
            tag,
            "\":\"",
            value.of(item.text),
            "\"}",
        ];
        for part in parts {
            json.extend_from_slice(part.as_bytes());
        }
    }
    json.push(b'}');
    let start = out.len();
    out.resize(start + json.len() * 4 / 3 + 4, 0);
    let length = BASE64_URL_SAFE_NO_PAD.encode_slice(&json, &mut out[start..]);
    out.truncate(start + length.unwrap_or_default());
    !names.is_empty()
}

/// The key of an item.
pub(crate) fn key_of(item: &Item<'_>, names: &KeyNames) -> Option<Key> {
    let mut cursor = Vec::new();
    write_of(item, names, &mut cursor)
        .then(|| {
            String::from_utf8(cursor)
                .ok()
                .and_then(|cursor| decode(&cursor))
        })
        .flatten()
}

/// The key that [`encode`] was given; `None` for a text that it can't have made.
pub(crate) fn decode(cursor: &str) -> Option<Key> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    from_json(&bytes)
}

/// A key that `DynamoDB` gave.
pub(crate) fn from_json(bytes: &[u8]) -> Option<Key> {
    let attributes: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
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
            assert_eq!(decode(&cursor), Some(key.clone()));
            for read in [0, 1, u64::MAX] {
                let start = Start {
                    key: key.clone(),
                    read,
                };
                assert_eq!(Start::decode(&start.to_string()), Some(start));
            }
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
        let key = BASE64_URL_SAFE_NO_PAD.encode(r#"{"a":{"S":"1"}}"#);
        for read in ["", "-1", "x", "1.2", "18446744073709551616"] {
            assert_eq!(Start::decode(&format!("{key}.{read}")), None, "{read}");
        }
    }
}
