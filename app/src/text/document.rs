//! Values within values, as a person reads them or as plain JSON.

use crate::parse::{Attribute, Item, Kind, Scanner, Span, Stop, attributes};

/// `DynamoDB` has 32 levels; deeper is no document.
const MAX_DEPTH: usize = 64;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Style {
    /// For people: sets in braces, a space after each comma.
    Readable,
    /// JSON without types.
    Json,
}

/// One value. A text is in quotes, in which it is escaped already as JSON wants it.
pub(crate) fn write_attribute(out: &mut Vec<u8>, text: &str, attribute: &Attribute, style: Style) {
    write(out, text, attribute, style, 0);
}

/// Attributes as one object.
pub(crate) fn write_attributes<'a>(
    out: &mut Vec<u8>,
    text: &str,
    attributes: impl IntoIterator<Item = &'a Attribute>,
    style: Style,
) {
    write_map(out, text, attributes, style, 0);
}

fn write(out: &mut Vec<u8>, text: &str, attribute: &Attribute, style: Style, depth: usize) {
    let raw = attribute.value.of(text);
    match attribute.kind {
        Kind::String => quoted(out, raw),
        Kind::Number => number(out, raw, style),
        Kind::Binary if style == Style::Json => quoted(out, raw),
        Kind::Null => out.extend_from_slice(b"null"),
        Kind::Map | Kind::List if depth > MAX_DEPTH => out.extend_from_slice(b"null"),
        Kind::Map => {
            let mut inner = Vec::new();
            if attributes(&mut Scanner::new(raw.as_bytes(), 0), &mut inner).is_ok() {
                write_map(out, raw, &inner, style, depth + 1);
            }
        }
        Kind::List => list(out, raw, style, depth + 1),
        Kind::StringSet | Kind::NumberSet | Kind::BinarySet => {
            set(out, raw, attribute.kind, style);
        }
        Kind::Binary | Kind::Boolean | Kind::Unknown => out.extend_from_slice(raw.as_bytes()),
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
    // What can't be read ends the list: AWS sends no such thing.
    let _ = each(raw, |scanner, index| {
        if index > 0 {
            out.extend_from_slice(separator(style));
        }
        let attribute = crate::parse::value(scanner, Span::default())?;
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

/// The digits as they are; what is no number for JSON is a text there.
fn number(out: &mut Vec<u8>, digits: &str, style: Style) {
    if style == Style::Readable || crate::number::is_json(digits) {
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

impl Item<'_> {
    /// The whole item as JSON without types.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        write_attributes(out, self.text, self.attributes, Style::Json);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = r#"{"s":{"S":"q\""},"n":{"N":"12345678901234567890123456789012345678"},"b":{"B":"AP8="},
        "t":{"BOOL":true},"z":{"NULL":true},"m":{"M":{"a":{"L":[{"N":"1"},{"L":[]},{"M":{}}]}}},
        "ss":{"SS":["x","y"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AQ=="]},"e":{"L":[]}}"#;

    fn written(style: Style) -> String {
        let (mut attributes, mut out) = (Vec::new(), Vec::new());
        crate::parse::attributes(&mut Scanner::new(ITEM.as_bytes(), 0), &mut attributes).unwrap();
        write_attributes(&mut out, ITEM, &attributes, style);
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
}
