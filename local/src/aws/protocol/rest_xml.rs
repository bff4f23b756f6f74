//! The XML of S3 and Route 53, written from JSON and read into it. A list is an element that is repeated.

use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};
use serde_json::{Map, Value};

use crate::aws::json;

/// How deep an input may be nested: no input needs more.
const DEEPEST: usize = 16;

/// Writes an element with its members.
pub(crate) fn write(root: &str, namespace: Option<&str>, members: &Value) -> String {
    let mut writer = Writer::new(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec());
    let mut element = writer.create_element(root);
    if let Some(namespace) = namespace {
        element = element.with_attribute(("xmlns", namespace));
    }
    let written = element.write_inner_content(|writer| content(writer, members));
    written.expect("writing to memory cannot fail");
    String::from_utf8(writer.into_inner()).expect("only text was written")
}

fn content(writer: &mut Writer<Vec<u8>>, value: &Value) -> std::io::Result<()> {
    match value {
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, member)| elements(writer, name, member)),
        Value::Null => Ok(()),
        scalar => writer.write_event(Event::Text(BytesText::new(&json::text(scalar)))),
    }
}

fn elements(writer: &mut Writer<Vec<u8>>, name: &str, value: &Value) -> std::io::Result<()> {
    match value {
        Value::Null => Ok(()),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| elements(writer, name, item)),
        _ => writer
            .create_element(name)
            .write_inner_content(|writer| content(writer, value))
            .map(|_| ()),
    }
}

/// Reads the members of the root element: a text, or an object whose repeated members are lists.
/// `None` if the text is not XML.
pub(crate) fn read(body: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(body).ok()?;
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(_) => return inner(&mut reader, 0),
            Event::Empty(_) => return Some(Value::Null),
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn inner(reader: &mut Reader<&[u8]>, depth: usize) -> Option<Value> {
    let mut members = Map::new();
    let mut text = String::new();
    if depth > DEEPEST {
        return None;
    }
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let member = inner(reader, depth + 1)?;
                add(&mut members, start.local_name().as_ref(), member);
            }
            Event::Empty(start) => {
                let member = Value::String(String::new());
                add(&mut members, start.local_name().as_ref(), member);
            }
            Event::Text(part) => text.push_str(&part),
            Event::CData(part) => text.push_str(&part),
            Event::GeneralRef(reference) => text.push_str(&resolved(&reference)?),
            Event::End(_) if members.is_empty() => return Some(Value::String(text)),
            Event::End(_) => return Some(Value::Object(members)),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The character that `&NAME;` or `&#NUMBER;` stands for.
fn resolved(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    quick_xml::escape::resolve_predefined_entity(name).map(str::to_owned)
}

fn add(members: &mut Map<String, Value>, name: &str, member: Value) {
    match members.get_mut(name) {
        None => {
            members.insert(name.to_owned(), member);
        }
        Some(Value::Array(items)) => items.push(member),
        Some(first) => *first = vec![first.take(), member].into(),
    }
}

/// The members of a list that may be missing or have a single member.
pub(crate) fn items<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    match value.get(name) {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_repeated_elements() {
        let members = json!({"Contents": [{"Key": "a&b"}, {"Key": "c"}], "Name": "x", "No": null});
        let text = write("Out", Some("urn:x"), &members);
        assert!(text.ends_with(
            "<Out xmlns=\"urn:x\"><Contents><Key>a&amp;b</Key></Contents><Contents><Key>c</Key></Contents><Name>x</Name></Out>"
        ), "{text}");
        assert_eq!(
            read(text.as_bytes()).unwrap(),
            json!({"Contents": [{"Key": "a&b"}, {"Key": "c"}], "Name": "x"})
        );
    }

    #[test]
    fn what_is_not_xml_is_none() {
        assert_eq!(
            read(b"<A><B>1</B><C/></A>").unwrap(),
            json!({"B": "1", "C": ""})
        );
        assert_eq!(read(b"<A/>").unwrap(), Value::Null);
        let deep = "<a>".repeat(100);
        for wrong in ["", "words", "<A><B></A>", "<A>&unknown;</A>", &deep] {
            assert_eq!(read(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
