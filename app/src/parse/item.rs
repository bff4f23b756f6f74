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
