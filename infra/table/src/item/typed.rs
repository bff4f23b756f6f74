//! `DynamoDB` JSON, in which every value has its type: `{"price":{"N":"5"}}`.

use items::Kind;

use super::parts::{
    read_elements, read_members, read_whole, write_list, write_members, write_string,
};
use super::value::deeper;
use super::{Attributes, Json, Reason, Value};

/// Reads the attributes of an item: `{"id":{"S":"a"},…}`.
pub(crate) fn read_item(text: &str) -> Result<Attributes, Reason> {
    read_whole(text, |json| read_members(json, 0, value))
}

/// Reads one value: `{"S":"a"}`.
pub(crate) fn read(text: &str) -> Result<Value, Reason> {
    read_whole(text, |json| value(json, 0))
}

pub(super) fn value(json: &mut Json<'_>, depth: usize) -> Result<Value, Reason> {
    let mut found = None;
    json.members(|json, tag| {
        if found.is_some() {
            return Err(format!("a value has a second type, {tag:?}"));
        }
        let kind = Kind::of_tag(&tag).ok_or_else(|| format!("{tag:?} is not a DynamoDB type"))?;
        found = Some(of_kind(kind, json, depth)?);
        Ok(())
    })?;
    found.ok_or_else(|| "a value has no type".to_owned())
}

fn of_kind(kind: Kind, json: &mut Json<'_>, depth: usize) -> Result<Value, Reason> {
    Ok(match kind {
        Kind::String => Value::String(json.string()?.into_owned()),
        Kind::Number => Value::Number(json.string()?.into_owned()),
        Kind::Binary => Value::Binary(json.string()?.into_owned()),
        Kind::Boolean => match json.constant()? {
            Some(on) => Value::Boolean(on),
            None => return Err("a BOOL must be true or false, not null".to_owned()),
        },
        Kind::Null => match json.constant()? {
            Some(true) => Value::Null,
            _ => return Err("a NULL must be true".to_owned()),
        },
        Kind::Map => Value::Map(read_members(json, deeper(depth)?, value)?),
        Kind::List => {
            let depth = deeper(depth)?;
            Value::List(read_elements(json, |json| value(json, depth))?)
        }
        Kind::StringSet => Value::StringSet(strings(json)?),
        Kind::NumberSet => Value::NumberSet(strings(json)?),
        Kind::BinarySet => Value::BinarySet(strings(json)?),
    })
}

fn strings(json: &mut Json<'_>) -> Result<Vec<String>, Reason> {
    read_elements(json, |json| Ok(json.string()?.into_owned()))
}

/// Writes the attributes of an item.
pub(crate) fn write_item(item: &[(String, Value)], out: &mut Vec<u8>) {
    write_members(item, out, write);
}

/// Writes one value with its type.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"");
    out.extend_from_slice(value.kind().tag().as_bytes());
    out.extend_from_slice(b"\":");
    match value {
        Value::String(text) | Value::Number(text) | Value::Binary(text) => write_string(text, out),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Boolean(true) | Value::Null => out.extend_from_slice(b"true"),
        Value::Map(map) => write_item(map, out),
        Value::List(list) => write_list(list, out, write),
        Value::StringSet(set) | Value::NumberSet(set) | Value::BinarySet(set) => {
            write_list(set, out, |text, out| write_string(text, out));
        }
    }
    out.push(b'}');
}
