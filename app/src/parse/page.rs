use std::ops::Range;

use super::item::{Attribute, Item};
use super::scanner::{Scanner, Stop};
use super::shape::{Shape, attributes_like};
use super::totals::Totals;

/// An incomplete item that is longer than this is only read again when twice as many bytes are there.
const LONG_ITEM: usize = 64 * 1024;

/// What comes next in the response.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    Item(Item<'a>),
    /// More bytes are needed.
    More,
    End,
}

/// Reads one Scan response: its items while they arrive, its totals at the end.
#[derive(Debug, Default)]
pub(crate) struct PageParser {
    buffer: Vec<u8>,
    at: usize,
    stage: Stage,
    /// How many bytes must be there before an item is read again.
    wanted: usize,
    /// The position of the last item, until more bytes arrive.
    item: Range<usize>,
    attributes: Vec<Attribute>,
    shape: Shape,
    pub(crate) totals: Totals,
    /// Whether the list of items has begun: then it is certain that this is a Scan response.
    begun: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Start,
    /// Before the name of a field, or the end.
    Field,
    /// Before an item, or the end of the items.
    Items,
    End,
}

impl PageParser {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.item = 0..0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Reads up to the list of items. Returns `false` if more bytes are needed. A response that ends
    /// without the list is malformed: an empty table has an empty one.
    pub(crate) fn begin(&mut self) -> Result<bool, Stop> {
        while !self.begun {
            let begin = self.at;
            match self.advance() {
                Ok(_) if self.stage == Stage::End => return Err(Stop::Malformed),
                Ok(_) => {}
                Err(Stop::Incomplete) => {
                    self.at = begin;
                    return Ok(false);
                }
                Err(Stop::Malformed) => return Err(Stop::Malformed),
            }
        }
        Ok(true)
    }

    /// Reads the next item, if all of it is there.
    pub(crate) fn step(&mut self) -> Result<Step<'_>, Stop> {
        if self.buffer.len() - self.at < self.wanted {
            return Ok(Step::More);
        }
        loop {
            let begin = self.at;
            match self.advance() {
                Ok(true) => return self.item(),
                Ok(false) if self.stage == Stage::End => return Ok(Step::End),
                Ok(false) => self.wanted = 0,
                Err(Stop::Incomplete) => {
                    self.at = begin;
                    let pending = self.buffer.len() - begin;
                    self.wanted = if pending > LONG_ITEM { pending * 2 } else { 0 };
                    return Ok(Step::More);
                }
                Err(Stop::Malformed) => return Err(Stop::Malformed),
            }
        }
    }

    /// The text of the item that was read last, if it was read since the last bytes came.
    pub(crate) fn last(&self) -> &str {
        // An item that is not text was refused when it was read.
        str::from_utf8(&self.buffer[self.item.clone()]).unwrap_or("")
    }

    /// Called when the response has ended. Returns whether an item was waiting for more bytes: it may be
    /// complete now.
    pub(crate) fn retry(&mut self) -> bool {
        std::mem::take(&mut self.wanted) > 0
    }

    /// Reads one field or one item; `true` if it was an item.
    fn advance(&mut self) -> Result<bool, Stop> {
        let mut scanner = Scanner::new(&self.buffer, self.at);
        match self.stage {
            Stage::Start => {
                scanner.expect(b'{')?;
                self.at = scanner.at;
                self.stage = Stage::Field;
            }
            Stage::Field => {
                if scanner.take_if(b'}')? {
                    self.stage = Stage::End;
                    self.at = scanner.at;
                } else {
                    scanner.take_if(b',')?;
                    self.field()?;
                }
            }
            Stage::Items => {
                if scanner.take_if(b']')? {
                    self.stage = Stage::Field;
                } else {
                    scanner.take_if(b',')?;
                    scanner.peek()?;
                    let start = scanner.at;
                    // Spans in an item count from its own start.
                    let mut scanner = Scanner::new(&self.buffer[start..], 0);
                    attributes_like(&mut self.shape, &mut scanner, &mut self.attributes)?;
                    self.at = start + scanner.at;
                    self.item = start..self.at;
                    return Ok(true);
                }
                self.at = scanner.at;
            }
            Stage::End => {}
        }
        Ok(false)
    }

    fn field(&mut self) -> Result<(), Stop> {
        let mut scanner = Scanner::new(&self.buffer, self.at);
        scanner.take_if(b',')?;
        let name = scanner.string()?;
        scanner.expect(b':')?;
        let name = &self.buffer[name.start..name.end];
        if name == b"Items" {
            scanner.expect(b'[')?;
            self.begun = true;
            self.stage = Stage::Items;
        } else {
            let span = scanner.value()?;
            let value =
                str::from_utf8(&self.buffer[span.start..span.end]).map_err(|_| Stop::Malformed)?;
            self.totals.take(name, value);
        }
        self.at = scanner.at;
        Ok(())
    }

    fn item(&mut self) -> Result<Step<'_>, Stop> {
        self.wanted = 0;
        let bytes = &self.buffer[self.item.clone()];
        let text = str::from_utf8(bytes).map_err(|_| Stop::Malformed)?;
        Ok(Step::Item(Item {
            text,
            attributes: &self.attributes,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"{"ConsumedCapacity":{"CapacityUnits":1.5,"TableName":"t"},"Count":2,
        "Items":[{"id":{"S":"a\"}]"},"n":{"N":"1"}} , {"id":{"S":"ä"},"m":{"M":{"x":{"L":[]}}}},{}],
        "LastEvaluatedKey":{"id":{"S":"ä"}},"New":[{"x":1}],"ScannedCount":7}"#;

    /// The items of a page that comes in these parts.
    fn read(parts: &[&[u8]]) -> Result<(Vec<String>, Totals), Stop> {
        let (mut parser, mut items) = (PageParser::default(), Vec::new());
        for part in parts {
            parser.push(part);
            loop {
                match parser.step()? {
                    Step::Item(item) => {
                        for attribute in item.attributes {
                            assert!(item.text.contains(attribute.name.of(item.text)));
                        }
                        items.push(item.text.to_owned());
                    }
                    Step::More => break,
                    Step::End => return Ok((items, parser.totals)),
                }
            }
        }
        Err(Stop::Incomplete)
    }

    #[test]
    fn the_bytes_may_be_cut_anywhere() {
        let whole = read(&[PAGE.as_bytes()]).unwrap();
        assert_eq!(whole.0.len(), 3);
        assert_eq!(whole.0[1], r#"{"id":{"S":"ä"},"m":{"M":{"x":{"L":[]}}}}"#);
        assert_eq!(
            whole.1,
            Totals {
                last_key: Some(r#"{"id":{"S":"ä"}}"#.to_owned()),
                scanned: 7,
                capacity: 1.5,
                lost: 0,
            }
        );
        for cut in 0..PAGE.len() {
            let (before, after) = PAGE.as_bytes().split_at(cut);
            assert_eq!(read(&[before, after]).unwrap(), whole, "cut at {cut}");
        }
        let bytes: Vec<_> = PAGE.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes).unwrap(), whole);
    }

    #[test]
    fn a_response_begins_with_its_list_of_items_or_is_malformed() {
        let begin = |text: &str| {
            let mut parser = PageParser::default();
            parser.push(text.as_bytes());
            parser.begin()
        };
        for text in [r#"{"Items":["#, r#"{"Count":0,"Items":[]}"#, PAGE] {
            assert_eq!(begin(text), Ok(true), "{text}");
        }
        for text in ["", "{", r#"{"Count":0"#, r#"{"Items":"#] {
            assert_eq!(begin(text), Ok(false), "{text}");
        }
        for text in [
            "{}",
            r#"{"Count":0}"#,
            r#"{"Items":null}"#,
            r#"{"Parameter":{"Value":"books"}}"#,
            r#""Items""#,
            "<html>",
            "no JSON",
        ] {
            assert_eq!(begin(text), Err(Stop::Malformed), "{text}");
        }
    }

    #[test]
    fn a_malformed_response_is_refused() {
        for text in [
            "[]",
            "no JSON",
            r#"{"Items":[1]}"#,
            r#"{"Items":[{"a":1}]}"#,
            r#"{"Items":[{"a":{"S":1}}]}"#,
            "{\"Items\":[{\"a\":{\"S\":\"\u{fffd}",
        ] {
            assert!(read(&[text.as_bytes()]).is_err(), "{text}");
        }
        assert_eq!(
            read(&[b"{\"Items\":[{\"a\":{\"S\":\"\xff\"}}]}"]),
            Err(Stop::Malformed)
        );
    }
}
