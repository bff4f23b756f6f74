//! Attribute values as text to read, and as `DynamoDB` JSON to compute with. A number stays the
//! text that `DynamoDB` sent: 38 digits do not fit into any float.

use std::{collections::HashMap, fmt::Write};

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

/// An item or a key: attributes by their names.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The value as a person reads it: a text bare, a document nearly as JSON.
pub(crate) fn to_text(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => text.clone(),
        other => {
            let mut text = String::new();
            write_value(&mut text, other);
            text
        }
    }
}

/// The name of the value's type in words.
pub(crate) fn type_name(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::S(_) => "String",
        AttributeValue::N(_) => "Number",
        AttributeValue::B(_) => "Binary",
        AttributeValue::Bool(_) => "Boolean",
        AttributeValue::Null(_) => "Null",
        AttributeValue::M(_) => "Map",
        AttributeValue::L(_) => "List",
        AttributeValue::Ss(_) => "String set",
        AttributeValue::Ns(_) => "Number set",
        AttributeValue::Bs(_) => "Binary set",
        _ => "Unknown",
    }
}

/// The item as `DynamoDB` JSON, in which nothing is lost.
pub(crate) fn item_to_json(item: &Item) -> Value {
    item.iter()
        .map(|(name, value)| (name.clone(), to_json(value)))
        .collect()
}

fn to_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(blob) => json!({ "B": base64(blob) }),
        AttributeValue::Bool(truth) => json!({ "BOOL": truth }),
        AttributeValue::Null(truth) => json!({ "NULL": truth }),
        AttributeValue::M(map) => json!({ "M": item_to_json(map) }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(to_json).collect::<Vec<_>>() }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::Bs(blobs) => json!({ "BS": blobs.iter().map(base64).collect::<Vec<_>>() }),
        // The SDK may learn a type that this code does not know.
        other => json!({ "UNKNOWN": format!("{other:?}") }),
    }
}

/// Some attributes of an item as one text.
pub(crate) fn attributes_to_text<'a>(
    attributes: impl IntoIterator<Item = (&'a String, &'a AttributeValue)>,
) -> String {
    let mut text = String::new();
    write_map(&mut text, attributes);
    text
}

fn write_value(out: &mut String, value: &AttributeValue) {
    match value {
        AttributeValue::S(text) => out.push_str(&quoted(text)),
        AttributeValue::N(number) => out.push_str(number),
        AttributeValue::B(blob) => out.push_str(&base64(blob)),
        AttributeValue::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        AttributeValue::Null(_) => out.push_str("null"),
        AttributeValue::M(map) => write_map(out, map),
        AttributeValue::L(list) => write_list(out, ['[', ']'], list, write_value),
        AttributeValue::Ss(texts) => {
            write_list(out, ['{', '}'], texts, |out, text| {
                out.push_str(&quoted(text));
            });
        }
        AttributeValue::Ns(numbers) => {
            write_list(out, ['{', '}'], numbers, |out, number| out.push_str(number));
        }
        AttributeValue::Bs(blobs) => {
            write_list(out, ['{', '}'], blobs, |out, blob| {
                out.push_str(&base64(blob));
            });
        }
        other => {
            // Writing to a String can't fail.
            let _ = write!(out, "{other:?}");
        }
    }
}

fn write_map<'a>(
    out: &mut String,
    map: impl IntoIterator<Item = (&'a String, &'a AttributeValue)>,
) {
    let mut attributes: Vec<_> = map.into_iter().collect();
    attributes.sort_unstable_by_key(|(name, _)| *name);
    write_list(out, ['{', '}'], &attributes, |out, (name, value)| {
        out.push_str(&quoted(name));
        out.push_str(": ");
        write_value(out, value);
    });
}

fn write_list<T>(
    out: &mut String,
    [open, close]: [char; 2],
    entries: &[T],
    write_entry: impl Fn(&mut String, &T),
) {
    out.push(open);
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_entry(out, entry);
    }
    out.push(close);
}

/// As in JSON, so that a text within a document shows where it ends.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn base64(blob: &Blob) -> String {
    BASE64_STANDARD.encode(blob.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "12345678901234567890123456789012345678";

    fn s(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    fn n(number: &str) -> AttributeValue {
        AttributeValue::N(number.to_owned())
    }

    fn b(bytes: &[u8]) -> AttributeValue {
        AttributeValue::B(Blob::new(bytes))
    }

    #[test]
    fn every_type_is_readable_and_exact() {
        let map = Item::from([("z".to_owned(), s("q\"")), ("a".to_owned(), n(DIGITS))]);
        let cases = [
            (
                s("plain \"text\""),
                "plain \"text\"",
                json!({"S": "plain \"text\""}),
            ),
            (s(""), "", json!({"S": ""})),
            (n(DIGITS), DIGITS, json!({"N": DIGITS})),
            (n("1E-130"), "1E-130", json!({"N": "1E-130"})),
            (b(&[0, 255]), "AP8=", json!({"B": "AP8="})),
            (AttributeValue::Bool(true), "true", json!({"BOOL": true})),
            (AttributeValue::Bool(false), "false", json!({"BOOL": false})),
            (AttributeValue::Null(true), "null", json!({"NULL": true})),
            (
                AttributeValue::M(map),
                &format!(r#"{{"a": {DIGITS}, "z": "q\""}}"#),
                json!({"M": {"a": {"N": DIGITS}, "z": {"S": "q\""}}}),
            ),
            (
                AttributeValue::L(vec![s("x"), n("1"), AttributeValue::L(vec![])]),
                r#"["x", 1, []]"#,
                json!({"L": [{"S": "x"}, {"N": "1"}, {"L": []}]}),
            ),
            (
                AttributeValue::Ss(vec!["x".to_owned(), "y".to_owned()]),
                r#"{"x", "y"}"#,
                json!({"SS": ["x", "y"]}),
            ),
            (
                AttributeValue::Ns(vec!["1".to_owned(), DIGITS.to_owned()]),
                &format!("{{1, {DIGITS}}}"),
                json!({"NS": ["1", DIGITS]}),
            ),
            (
                AttributeValue::Bs(vec![Blob::new([1])]),
                "{AQ==}",
                json!({"BS": ["AQ=="]}),
            ),
        ];
        for (value, text, json) in cases {
            assert_eq!(to_text(&value), text);
            assert_eq!(to_json(&value), json);
            assert_ne!(type_name(&value), "Unknown");
        }
    }
}
