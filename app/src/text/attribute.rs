use items::{Kind, MAX_DEPTH, is_json_number};

use crate::parse::{Attribute, Item, Scanner, Span, Stop, value};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Style {
    /// For people: sets in braces, and a space after each comma.
    Readable,
    /// JSON without types.
    Json,
}

/// Writes one value. Texts are in quotes: in the item they are already escaped as JSON wants it.
pub(crate) fn write_attribute(out: &mut Vec<u8>, text: &str, attribute: &Attribute, style: Style) {
    write(out, text, attribute, style, 0);
}

/// Writes attributes as one object.
pub(crate) fn write_attributes<'a>(
    out: &mut Vec<u8>,
    text: &str,
    attributes: impl IntoIterator<Item = &'a Attribute>,
    style: Style,
) {
    write_map(out, text, attributes, style, 0);
}

/// Writes the whole item as JSON without types.
pub(crate) fn write_item(out: &mut Vec<u8>, item: &Item<'_>) {
    write_attributes(out, item.text, item.attributes, Style::Json);
}

/// `depth` is the number of maps and lists around the value. `DynamoDB` has no value that is nested
/// deeper than [`MAX_DEPTH`]; the limit guards the stack.
fn write(out: &mut Vec<u8>, text: &str, attribute: &Attribute, style: Style, depth: usize) {
    let raw = attribute.value.of(text);
    let Some(kind) = attribute.kind else {
        return out.extend_from_slice(raw.as_bytes());
    };
    match kind {
        Kind::String => quoted(out, raw),
        Kind::Number => number(out, raw, style),
        Kind::Binary if style == Style::Json => quoted(out, raw),
        Kind::Null => out.extend_from_slice(b"null"),
        Kind::Map | Kind::List if depth >= MAX_DEPTH => out.extend_from_slice(b"null"),
        Kind::Map => {
            let mut inner = Vec::new();
            if let Ok(map) = Item::read(raw, &mut inner) {
                write_map(out, raw, map.attributes, style, depth + 1);
            }
        }
        Kind::List => list(out, raw, style, depth + 1),
        Kind::StringSet | Kind::NumberSet | Kind::BinarySet => set(out, raw, kind, style),
        Kind::Binary | Kind::Boolean => out.extend_from_slice(raw.as_bytes()),
    }
}

fn write_map<'a>(
    out: &mut Vec<u8>,
    text: &str,
    attributes: impl IntoIterator<Item = &'a Attribute>,
    style: Style,
    depth: usize,
) {
    out.push(b'{');
    for (index, attribute) in attributes.into_iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(separator(style));
        }
        quoted(out, attribute.name.of(text));
        out.extend_from_slice(if style == Style::Json { b":" } else { b": " });
        write(out, text, attribute, style, depth);
    }
    out.push(b'}');
}

fn list(out: &mut Vec<u8>, raw: &str, style: Style, depth: usize) {
    out.push(b'[');
    // An entry that cannot be read ends the list. AWS sends none.
    let _ = each(raw, |scanner, index| {
        if index > 0 {
            out.extend_from_slice(separator(style));
        }
        let attribute = value(scanner, Span::default())?;
        write(out, raw, &attribute, style, depth);
        Ok(())
    });
    out.push(b']');
}

fn set(out: &mut Vec<u8>, raw: &str, kind: Kind, style: Style) {
    let [open, close] = if style == Style::Json { *b"[]" } else { *b"{}" };
    out.push(open);
    let _ = each(raw, |scanner, index| {
        if index > 0 {
            out.extend_from_slice(separator(style));
        }
        let entry = scanner.string()?.of(raw);
        match kind {
            Kind::NumberSet => number(out, entry, style),
            Kind::BinarySet if style == Style::Readable => out.extend_from_slice(entry.as_bytes()),
            _ => quoted(out, entry),
        }
        Ok(())
    });
    out.push(close);
}

/// Calls `read` at each entry of an array.
fn each(
    raw: &str,
    mut read: impl FnMut(&mut Scanner<'_>, usize) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut scanner = Scanner::new(raw.as_bytes(), 0);
    scanner.expect(b'[')?;
    if scanner.take_if(b']')? {
        return Ok(());
    }
    for index in 0.. {
        read(&mut scanner, index)?;
        if !scanner.take_if(b',')? {
            break;
        }
    }
    Ok(())
}

/// Writes the digits as they are, in quotes if JSON does not take them as a number.
fn number(out: &mut Vec<u8>, digits: &str, style: Style) {
    if style == Style::Readable || is_json_number(digits) {
        out.extend_from_slice(digits.as_bytes());
    } else {
        quoted(out, digits);
    }
}

fn quoted(out: &mut Vec<u8>, raw: &str) {
    out.push(b'"');
    out.extend_from_slice(raw.as_bytes());
    out.push(b'"');
}

fn separator(style: Style) -> &'static [u8] {
    if style == Style::Json { b"," } else { b", " }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = r#"{"s":{"S":"q\""},"n":{"N":"12345678901234567890123456789012345678"},"b":{"B":"AP8="},
        "t":{"BOOL":true},"z":{"NULL":true},"m":{"M":{"a":{"L":[{"N":"1"},{"L":[]},{"M":{}}]}}},
        "ss":{"SS":["x","y"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AQ=="]},"e":{"L":[]}}"#;

    fn written(style: Style) -> String {
        let (mut attributes, mut out) = (Vec::new(), Vec::new());
        let item = Item::read(ITEM, &mut attributes).unwrap();
        write_attributes(&mut out, ITEM, item.attributes, style);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_type_is_readable_and_exact() {
        assert_eq!(
            written(Style::Readable),
            r#"{"s": "q\"", "n": 12345678901234567890123456789012345678, "b": AP8=, "t": true, "z": null, "m": {"a": [1, [], {}]}, "ss": {"x", "y"}, "ns": {1, 2}, "bs": {AQ==}, "e": []}"#
        );
    }

    #[test]
    fn plain_json_is_json() {
        let json = written(Style::Json);
        assert_eq!(
            json,
            r#"{"s":"q\"","n":12345678901234567890123456789012345678,"b":"AP8=","t":true,"z":null,"m":{"a":[1,[],{}]},"ss":["x","y"],"ns":[1,2],"bs":["AQ=="],"e":[]}"#
        );
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
    }

    #[test]
    fn as_many_levels_as_dynamodb_has_are_written() {
        for (levels, expected) in [(32, "[]"), (33, "null")] {
            let before = r#"{"L":["#.repeat(levels - 1);
            let after = "]}".repeat(levels - 1);
            let text = format!(r#"{{"a":{before}{{"L":[]}}{after}}}"#);
            let mut attributes = Vec::new();
            let item = Item::read(&text, &mut attributes).unwrap();
            let mut out = Vec::new();
            write_item(&mut out, &item);
            let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
            let expected = format!(r#"{{"a":{open}{expected}{close}}}"#);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
