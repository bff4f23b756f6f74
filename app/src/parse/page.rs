//! One answer of Scan: its items while they arrive, its totals at the end.

use std::ops::Range;

use serde::Deserialize;

use super::{
    Attribute, Item, Scanner, Stop,
    item::{Shape, attributes_like},
};
use crate::cursor::{self, Key};

/// A longer item that is not complete yet is not tried again with every few bytes.
const LONG_ITEM: usize = 64 * 1024;

/// What follows in the answer.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    Item(Item<'a>),
    /// Nothing complete is left.
    More,
    End,
}

/// What an answer says besides its items.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    /// `DynamoDB` JSON of the key after which the next page starts.
    pub(crate) last_key: Option<String>,
    pub(crate) scanned: u64,
    pub(crate) capacity: f64,
    /// How many answers broke off before, which have not said what they cost.
    pub(crate) lost: u64,
}

#[derive(Debug, Default)]
pub(crate) struct PageParser {
    buffer: Vec<u8>,
    at: usize,
    place: Place,
    /// So many bytes must be there before an item is tried again.
    wanted: usize,
    /// Where the last item is, until more bytes come.
    item: Range<usize>,
    attributes: Vec<Attribute>,
    shape: Shape,
    pub(crate) totals: Totals,
    /// Whether the list of the items has begun, so that this is an answer of Scan.
    pub(crate) begun: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
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

    /// The next item, if all of it is there.
    pub(crate) fn step(&mut self) -> Result<Step<'_>, Stop> {
        if self.buffer.len() - self.at < self.wanted {
            return Ok(Step::More);
        }
        loop {
            let begin = self.at;
            match self.advance() {
                Ok(true) => return self.item(),
                Ok(false) if self.place == Place::End => return Ok(Step::End),
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
        let bytes = self.buffer.get(self.item.clone()).unwrap_or_default();
        // It was read as text before.
        str::from_utf8(bytes).unwrap_or_default()
    }

    /// At the end of the bytes: whether there may be an item for which more was waited.
    pub(crate) fn retry(&mut self) -> bool {
        std::mem::take(&mut self.wanted) > 0
    }

    /// Reads one field, or one item: then it is true.
    fn advance(&mut self) -> Result<bool, Stop> {
        let mut scanner = Scanner::new(&self.buffer, self.at);
        match self.place {
            Place::Start => {
                scanner.expect(b'{')?;
                self.at = scanner.at;
                self.place = Place::Field;
            }
            Place::Field => {
                if scanner.take_if(b'}')? {
                    self.place = Place::End;
                    self.at = scanner.at;
                } else {
                    scanner.take_if(b',')?;
                    self.field()?;
                }
            }
            Place::Items => {
                if scanner.take_if(b']')? {
                    self.place = Place::Field;
                } else {
                    scanner.take_if(b',')?;
                    scanner.peek()?;
                    let start = scanner.at;
                    // Its places are counted from its own start.
                    let mut scanner = Scanner::new(&self.buffer[start..], 0);
                    attributes_like(&mut self.shape, &mut scanner, &mut self.attributes)?;
                    self.at = start + scanner.at;
                    self.item = start..self.at;
                    return Ok(true);
                }
                self.at = scanner.at;
            }
            Place::End => {}
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
            self.place = Place::Items;
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

impl Totals {
    /// Of a page that broke off after the item with this key, if that is known.
    pub(crate) fn up_to(key: Option<&Key>) -> Self {
        Self {
            last_key: key.map(cursor::to_text),
            ..Self::default()
        }
    }

    fn take(&mut self, name: &[u8], value: &str) {
        #[derive(Deserialize)]
        struct Capacity {
            #[serde(rename = "CapacityUnits", default)]
            units: f64,
        }
        match name {
            b"LastEvaluatedKey" if value.contains('"') => self.last_key = Some(value.to_owned()),
            b"ScannedCount" => self.scanned = value.parse().unwrap_or_default(),
            b"ConsumedCapacity" => {
                let capacity = serde_json::from_str::<Capacity>(value);
                self.capacity = capacity.map_or(0.0, |capacity| capacity.units);
            }
            _ => {}
        }
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
    fn it_does_not_matter_where_the_bytes_are_cut() {
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
    fn what_is_no_answer_is_said() {
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
