//! JSON without types, as every program writes it. Binaries and sets have no form of their own in it.

use super::json::is_number;
use super::typed::{comma, write_list, write_string};
use super::value::{deeper, ensure_distinct};
use super::{Attributes, Json, Reason, Value};

/// Reads an item.
pub(crate) fn read_item(text: &str) -> Result<Attributes, Reason> {
    let mut json = Json::new(text);
    let item = attributes(&mut json, 0)?;
    json.end()?;
    Ok(item)
}

/// Reads one value.
pub(crate) fn read(text: &str) -> Result<Value, Reason> {
    let mut json = Json::new(text);
    let value = value(&mut json, 0)?;
    json.end()?;
    Ok(value)
}

fn attributes(json: &mut Json<'_>, depth: usize) -> Result<Attributes, Reason> {
    let mut found = Attributes::new();
    json.members(|json, name| {
        found.push((name.into_owned(), value(json, depth)?));
        Ok(())
    })?;
    ensure_distinct(&found)?;
    Ok(found)
}

fn value(json: &mut Json<'_>, depth: usize) -> Result<Value, Reason> {
    Ok(match json.peek() {
        Some(b'"') => Value::S(json.string()?.into_owned()),
        Some(b'{') => Value::M(attributes(json, deeper(depth)?)?),
        Some(b'[') => {
            let depth = deeper(depth)?;
            let mut list = Vec::new();
            json.elements(|json| {
                list.push(value(json, depth)?);
                Ok(())
            })?;
            Value::L(list)
        }
        Some(b't' | b'f' | b'n') => json.constant()?.map_or(Value::Null, Value::Bool),
        _ => Value::N(json.number()?.to_owned()),
    })
}

/// Whether the value comes back as it is: what is read from plain JSON is no binary and no set.
pub(crate) fn is_lossless(value: &Value) -> bool {
    match value {
        Value::S(_) | Value::Bool(_) | Value::Null => true,
        Value::N(digits) => is_number(digits),
        Value::B(_) | Value::Ss(_) | Value::Ns(_) | Value::Bs(_) => false,
        Value::M(map) => map.iter().all(|(_, value)| is_lossless(value)),
        Value::L(list) => list.iter().all(is_lossless),
    }
}

/// Writes an item.
pub(crate) fn write_item(item: &[(String, Value)], out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, (name, value)) in item.iter().enumerate() {
        comma(index, out);
        write_string(name, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}

/// Writes one value.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::S(text) | Value::B(text) => write_string(text, out),
        Value::N(digits) => write_number(digits, out),
        Value::Bool(on) => out.extend_from_slice(if *on { b"true" } else { b"false" }),
        Value::Null => out.extend_from_slice(b"null"),
        Value::M(map) => write_item(map, out),
        Value::L(list) => write_list(list, out, write),
        Value::Ss(set) | Value::Bs(set) => {
            write_list(set, out, |text, out| write_string(text, out));
        }
        Value::Ns(set) => write_list(set, out, |digits, out| write_number(digits, out)),
    }
}

/// The digits as they are; what is no number for JSON is a text there.
fn write_number(digits: &str, out: &mut Vec<u8>) {
    if is_number(digits) {
        out.extend_from_slice(digits.as_bytes());
    } else {
        write_string(digits, out);
    }
}
