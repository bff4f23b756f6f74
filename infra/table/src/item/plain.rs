//! Plain JSON, as any program writes it. It has no binary or set types.

use items::is_json_number;

use super::parts::{
    read_elements, read_members, read_whole, write_list, write_members, write_string,
};
use super::value::deeper;
use super::{Attributes, Json, Reason, Value};

/// Reads an item.
pub(crate) fn read_item(text: &str) -> Result<Attributes, Reason> {
    read_whole(text, |json| read_members(json, 0, value))
}

/// Reads one value.
pub(crate) fn read(text: &str) -> Result<Value, Reason> {
    read_whole(text, |json| value(json, 0))
}

fn value(json: &mut Json<'_>, depth: usize) -> Result<Value, Reason> {
    Ok(match json.peek() {
        Some(b'"') => Value::String(json.string()?.into_owned()),
        Some(b'{') => Value::Map(read_members(json, deeper(depth)?, value)?),
        Some(b'[') => {
            let depth = deeper(depth)?;
            Value::List(read_elements(json, |json| value(json, depth))?)
        }
        Some(b't' | b'f' | b'n') => json.constant()?.map_or(Value::Null, Value::Boolean),
        _ => Value::Number(json.number()?.to_owned()),
    })
}

/// Whether plain JSON keeps the value's type: reading it back gives the same value.
pub(crate) fn is_lossless(value: &Value) -> bool {
    match value {
        Value::String(_) | Value::Boolean(_) | Value::Null => true,
        Value::Number(digits) => is_json_number(digits),
        Value::Binary(_) | Value::StringSet(_) | Value::NumberSet(_) | Value::BinarySet(_) => false,
        Value::Map(map) => map.iter().all(|(_, value)| is_lossless(value)),
        Value::List(list) => list.iter().all(is_lossless),
    }
}

/// Writes an item.
pub(crate) fn write_item(item: &[(String, Value)], out: &mut Vec<u8>) {
    write_members(item, out, write);
}

/// Writes one value.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::String(text) | Value::Binary(text) => write_string(text, out),
        Value::Number(digits) => write_number(digits, out),
        Value::Boolean(on) => out.extend_from_slice(if *on { b"true" } else { b"false" }),
        Value::Null => out.extend_from_slice(b"null"),
        Value::Map(map) => write_item(map, out),
        Value::List(list) => write_list(list, out, write),
        Value::StringSet(set) | Value::BinarySet(set) => {
            write_list(set, out, |text, out| write_string(text, out));
        }
        Value::NumberSet(set) => write_list(set, out, |digits, out| write_number(digits, out)),
    }
}

/// Writes the digits unchanged. Digits that are not a JSON number become a string.
fn write_number(digits: &str, out: &mut Vec<u8>) {
    if is_json_number(digits) {
        out.extend_from_slice(digits.as_bytes());
    } else {
        write_string(digits, out);
    }
}
