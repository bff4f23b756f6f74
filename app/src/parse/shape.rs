use items::Kind;

use super::item::{Attribute, value};
use super::scanner::{Scanner, Span, Stop};

/// How each attribute of an item begins, up to its value.
///
/// Most items have the same attributes in the same order as the item before. Then the beginning of
/// an attribute is only compared, which is faster than reading it.
#[derive(Debug, Default)]
pub(crate) struct Shape(Vec<Opening>);

#[derive(Debug)]
struct Opening {
    /// For example `"name":{"S":"`.
    bytes: Vec<u8>,
    kind: Option<Kind>,
    /// Where the name is in these bytes.
    name: Span,
}

impl Shape {
    /// How many attributes are kept; the others are read in the slow way.
    const LONGEST: usize = 64;

    fn set(&mut self, index: usize, opening: Opening) {
        if let Some(known) = self.0.get_mut(index) {
            *known = opening;
        } else if index == self.0.len() && index < Self::LONGEST {
            self.0.push(opening);
        }
    }
}

/// Reads the attributes of an item that probably has the shape of the one before.
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

    /// Reads the attribute that begins like this at `start`, up to the end of its value.
    fn attribute(&self, start: usize, scanner: &mut Scanner<'_>) -> Result<Attribute, Stop> {
        let value = if self.kind.is_some_and(Kind::is_text) {
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
