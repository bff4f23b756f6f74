//! Code that [`super::typed`] and [`super::plain`] share: everything but the values themselves.

use super::value::ensure_distinct;
use super::{Attributes, Json, Reason, Value};

/// Reads a text and ensures that nothing follows.
pub(super) fn read_whole<T>(
    text: &str,
    read: impl FnOnce(&mut Json<'_>) -> Result<T, Reason>,
) -> Result<T, Reason> {
    let mut json = Json::new(text);
    let found = read(&mut json)?;
    json.end()?;
    Ok(found)
}

/// Reads the attributes of an item or a map; `read` reads each value.
pub(super) fn read_members(
    json: &mut Json<'_>,
    depth: usize,
    read: fn(&mut Json<'_>, usize) -> Result<Value, Reason>,
) -> Result<Attributes, Reason> {
    let mut found = Attributes::new();
    json.members(|json, name| {
        found.push((name.into_owned(), read(json, depth)?));
        Ok(())
    })?;
    ensure_distinct(&found)?;
    Ok(found)
}

/// Reads a list.
pub(super) fn read_elements<T>(
    json: &mut Json<'_>,
    read: impl Fn(&mut Json<'_>) -> Result<T, Reason>,
) -> Result<Vec<T>, Reason> {
    let mut found = Vec::new();
    json.elements(|json| {
        found.push(read(json)?);
        Ok(())
    })?;
    Ok(found)
}

/// Writes the attributes of an item or a map; `write` writes each value.
pub(super) fn write_members(
    members: &[(String, Value)],
    out: &mut Vec<u8>,
    write: fn(&Value, &mut Vec<u8>),
) {
    out.push(b'{');
    for (index, (name, value)) in members.iter().enumerate() {
        comma(index, out);
        write_string(name, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}

/// Writes a list.
pub(super) fn write_list<T>(list: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (index, element) in list.iter().enumerate() {
        comma(index, out);
        write(element, out);
    }
    out.push(b']');
}

fn comma(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("writing a string to a vector cannot fail");
}
