use items::Kind;

use super::scanner::{Scanner, Span, Stop};
use super::unescape::unescape;

/// The text of one item, and where its attributes stand in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) text: &'a str,
    pub(crate) attributes: &'a [Attribute],
}

/// The position of an attribute in the text of its item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Span,
    /// `None` for a type that this program does not know.
    pub(crate) kind: Option<Kind>,
    /// The text between the quotes of a string, a number or a binary; else the JSON.
    pub(crate) value: Span,
}

impl Attribute {
    /// Whether its value is one JSON string.
    pub(crate) fn is_text(&self) -> bool {
        self.kind.is_some_and(Kind::is_text)
    }
}

impl<'a> Item<'a> {
    /// Reads the text of an item. `into` holds its attributes and can be used again and again.
    pub(crate) fn read(text: &'a str, into: &'a mut Vec<Attribute>) -> Result<Self, Stop> {
        attributes(&mut Scanner::new(text.as_bytes(), 0), into)?;
        Ok(Self {
            text,
            attributes: into,
        })
    }

    pub(crate) fn find(&self, name: &str) -> Option<&'a Attribute> {
        self.attributes
            .iter()
            .find(|attribute| unescape(attribute.name, self.text) == name)
    }
}

/// Reads the attributes of the item, or of the map, that begins here.
pub(crate) fn attributes(scanner: &mut Scanner<'_>, into: &mut Vec<Attribute>) -> Result<(), Stop> {
    into.clear();
    scanner.expect(b'{')?;
    if scanner.take_if(b'}')? {
        return Ok(());
    }
    loop {
        let name = scanner.string()?;
        scanner.expect(b':')?;
        into.push(value(scanner, name)?);
        if scanner.take_if(b'}')? {
            return Ok(());
        }
        scanner.expect(b',')?;
    }
}

/// Reads a value with its type: `{"S":"text"}`.
pub(crate) fn value(scanner: &mut Scanner<'_>, name: Span) -> Result<Attribute, Stop> {
    // The two most frequent types, as AWS writes them.
    let (kind, value) = if scanner.take(br#"{"S":""#) {
        (Some(Kind::String), scanner.rest_of_string()?)
    } else if scanner.take(br#"{"N":""#) {
        (Some(Kind::Number), scanner.rest_of_string()?)
    } else {
        scanner.expect(b'{')?;
        let kind = scanner.tag()?;
        scanner.expect(b':')?;
        if kind.is_some_and(Kind::is_text) {
            (kind, scanner.string()?)
        } else {
            (kind, scanner.value()?)
        }
    };
    scanner.expect(b'}')?;
    Ok(Attribute { name, kind, value })
}
