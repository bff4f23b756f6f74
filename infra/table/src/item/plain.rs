//! Plain JSON, as any program writes it. It has no binary or set types.

use super::json::is_number;
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
        Some(b'"') => Value::S(json.string()?.into_owned()),
        Some(b'{') => Value::M(read_members(json, deeper(depth)?, value)?),
        Some(b'[') => {
            let depth = deeper(depth)?;
            Value::L(read_elements(json, |json| value(json, depth))?)
        }
        Some(b't' | b'f' | b'n') => json.constant()?.map_or(Value::Null, Value::Bool),
        _ => Value::N(json.number()?.to_owned()),
    })
}

/// Whether plain JSON keeps the value's type: reading it back gives the same value.
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
    write_members(item, out, write);
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

/// Writes the digits unchanged. What is not a number in JSON becomes a string.
fn write_number(digits: &str, out: &mut Vec<u8>) {
    if is_number(digits) {
        out.extend_from_slice(digits.as_bytes());
    } else {
        write_string(digits, out);
    }
}
