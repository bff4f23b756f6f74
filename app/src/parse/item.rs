//! One item: where its attributes stand in its text.

use super::{Scanner, Span, Stop};

/// The text of one item, and its attributes as places in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) text: &'a str,
    pub(crate) attributes: &'a [Attribute],
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Span,
    pub(crate) kind: Kind,
    /// Of a text, a number and a binary, what stands between the quotes; else the JSON.
    pub(crate) value: Span,
}

/// The types of `DynamoDB`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    Number,
    String,
    Binary,
    Boolean,
    Null,
    Map,
    List,
    StringSet,
    NumberSet,
    BinarySet,
    Unknown,
}

impl Kind {
    /// What `DynamoDB` calls it.
    pub(crate) fn of_tag(tag: &str) -> Self {
        match tag {
            "N" => Self::Number,
            "S" => Self::String,
            "B" => Self::Binary,
            "BOOL" => Self::Boolean,
            "NULL" => Self::Null,
            "M" => Self::Map,
            "L" => Self::List,
            "SS" => Self::StringSet,
            "NS" => Self::NumberSet,
            "BS" => Self::BinarySet,
            _ => Self::Unknown,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Number => "Number",
            Self::String => "String",
            Self::Binary => "Binary",
            Self::Boolean => "Boolean",
            Self::Null => "Null",
            Self::Map => "Map",
            Self::List => "List",
            Self::StringSet => "String set",
            Self::NumberSet => "Number set",
            Self::BinarySet => "Binary set",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether its value is a JSON string.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Number | Self::String | Self::Binary)
    }
}

impl<'a> Item<'a> {
    pub(crate) fn find(&self, name: &str) -> Option<&'a Attribute> {
        self.attributes
            .iter()
            .find(|attribute| crate::text::unescape(attribute.name, self.text) == name)
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

/// How the attributes of an item begin, up to their values: those of the next item mostly begin so
/// as well, and then what takes many steps to read is only compared.
#[derive(Debug, Default)]
pub(crate) struct Shape(Vec<Opening>);

#[derive(Debug)]
struct Opening {
    /// As `"name":{"S":"`.
    bytes: Vec<u8>,
    kind: Kind,
    /// Within the bytes.
    name: Span,
}

impl Shape {
    /// More attributes are read as if nothing was known of them.
    const LONGEST: usize = 64;

    fn set(&mut self, index: usize, opening: Opening) {
        if let Some(known) = self.0.get_mut(index) {
            *known = opening;
        } else if index == self.0.len() && index < Self::LONGEST {
            self.0.push(opening);
        }
    }
}

/// Reads the attributes of an item that is probably like the one before.
pub(crate) fn attributes_like(
    shape: &mut Shape,
    scanner: &mut Scanner<'_>,
    into: &mut Vec<Attribute>,
) -> Result<(), Stop> {
    into.clear();
    scanner.expect(b'{')?;
    if scanner.take_if(b'}')? {
        return Ok(());
    }
    loop {
        let (index, start) = (into.len(), scanner.at);
        if let Some(opening) = shape.0.get(index).filter(|it| scanner.take(&it.bytes)) {
            into.push(opening.attribute(start, scanner)?);
            if scanner.take(b"},") {
                continue;
            }
            scanner.expect(b'}')?;
        } else {
            let name = scanner.string()?;
            scanner.expect(b':')?;
            let attribute = value(scanner, name)?;
            let bytes = scanner.since(start, attribute.value.start);
            shape.set(index, Opening::of(&attribute, start, bytes));
            into.push(attribute);
        }
        if scanner.take_if(b'}')? {
            return Ok(());
        }
        scanner.expect(b',')?;
    }
}

impl Opening {
    fn of(attribute: &Attribute, start: usize, bytes: &[u8]) -> Self {
        let Attribute { name, kind, .. } = *attribute;
        Self {
            bytes: bytes.to_vec(),
            kind,
            name: Span {
                start: name.start - start,
                end: name.end - start,
                ..name
            },
        }
    }

    /// The attribute that begins so at `start`, up to the end of its value.
    fn attribute(&self, start: usize, scanner: &mut Scanner<'_>) -> Result<Attribute, Stop> {
        let value = if self.kind.is_text() {
            scanner.rest_of_string()?
        } else {
            scanner.value()?
        };
        Ok(Attribute {
            name: Span {
                start: start + self.name.start,
                end: start + self.name.end,
                ..self.name
            },
            kind: self.kind,
            value,
        })
    }
}

/// A value with its type: `{"S":"text"}`.
pub(crate) fn value(scanner: &mut Scanner<'_>, name: Span) -> Result<Attribute, Stop> {
    // The two that are most frequent, as AWS writes them.
    let (kind, value) = if scanner.take(br#"{"S":""#) {
        (Kind::String, scanner.rest_of_string()?)
    } else if scanner.take(br#"{"N":""#) {
        (Kind::Number, scanner.rest_of_string()?)
    } else {
        scanner.expect(b'{')?;
        let kind = scanner.tag()?;
        scanner.expect(b':')?;
        if kind.is_text() {
            (kind, scanner.string()?)
        } else {
            (kind, scanner.value()?)
        }
    };
    scanner.expect(b'}')?;
    Ok(Attribute { name, kind, value })
}
