//! JSON values that follow each other over any number of lines: told apart byte by byte, so that a
//! list may be larger than the memory.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

use super::records::MAX_RECORD;
use super::tracked::Tracked;
use crate::item::Reason;

/// A name in a page of a scan is shorter.
const MAX_NAME: usize = 1024;

/// In what the next value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Nesting {
    #[default]
    Nothing,
    /// A list, after one of its elements.
    List,
    /// The `Items` of a page, after one of them.
    Items,
}

/// Why a value cannot be read.
#[derive(Debug)]
pub(super) enum Fault {
    Failed(io::Error),
    Broken(Reason),
}

impl From<io::Error> for Fault {
    fn from(err: io::Error) -> Self {
        Self::Failed(err)
    }
}

/// The state of reading values.
pub(super) struct Values {
    /// Whether the objects are pages with `Items`.
    pages: bool,
    pub(super) nesting: Nesting,
    /// Whether the last page says that more items come after it.
    pub(super) has_more: bool,
    /// Of a value that is too long, of which the rest is still to be passed.
    rest: Scan,
}

impl Values {
    pub(super) fn new(pages: bool) -> Self {
        Self {
            pages,
            nesting: Nesting::default(),
            has_more: false,
            rest: Scan::default(),
        }
    }

    /// Goes to where the next value begins; says whether there is one.
    pub(super) fn find<R: BufRead>(&mut self, input: &mut Tracked<R>) -> Result<bool, Fault> {
        loop {
            if self.nesting != Nesting::Nothing && next(input, b']')? {
                return Ok(true);
            }
            let found = match std::mem::take(&mut self.nesting) {
                Nesting::List => false,
                Nesting::Items => self.find_items(input, false)?,
                Nesting::Nothing => match peek(input)? {
                    None => return Ok(false),
                    Some(b'[') => self.open(input, Nesting::List)?,
                    Some(b'{') if self.pages => {
                        input.consume(1)?;
                        self.find_items(input, true)?
                    }
                    Some(b'{') => true,
                    Some(0xef) if input.offset == 0 => pass_mark(input)?,
                    _ => return Err(unexpected(input, "an object in {}")),
                },
            };
            if found {
                return Ok(true);
            }
        }
    }

    /// Goes into a list; says whether something is in it.
    fn open<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        nesting: Nesting,
    ) -> Result<bool, Fault> {
        input.consume(1)?;
        if peek(input)? == Some(b']') {
            input.consume(1)?;
            return Ok(false);
        }
        self.nesting = nesting;
        begins(input)
    }

    /// Goes to the first of the `Items` of a page, past all else in it; says whether there is one.
    fn find_items<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        is_first: bool,
    ) -> Result<bool, Fault> {
        let mut has_items = !is_first;
        self.has_more &= !is_first;
        let mut goes_on = if is_first {
            peek(input)? != Some(b'}')
        } else {
            next(input, b'}')?
        };
        while goes_on {
            if peek(input)? != Some(b'"') {
                return Err(unexpected(input, "a text in quotes"));
            }
            let mut name = Vec::new();
            Scan::default().take(input, &mut name, MAX_NAME)?;
            if peek(input)? != Some(b':') {
                return Err(unexpected(input, "a colon"));
            }
            input.consume(1)?;
            begins(input)?;
            let begin = peek(input)?;
            let says_more = matches!(&*name, b"\"LastEvaluatedKey\"" | b"\"NextToken\"");
            self.has_more |= says_more && begin != Some(b'n');
            if name != b"\"Items\"" || begin != Some(b'[') {
                Scan::default().pass(input)?;
            } else if self.open(input, Nesting::Items)? {
                return Ok(true);
            } else {
                has_items = true;
            }
            goes_on = next(input, b'}')?;
        }
        if has_items {
            return Ok(false);
        }
        let said = "an object has no Items, as a page of a scan or a query has them";
        Err(Fault::Broken(said.to_owned()))
    }

    /// Takes the value that begins here; says whether that is all of it.
    pub(super) fn take<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        value: &mut Vec<u8>,
    ) -> Result<bool, Fault> {
        self.rest = Scan::default();
        self.rest.take(input, value, MAX_RECORD)
    }

    /// Goes past the rest of a value.
    pub(super) fn pass<R: BufRead>(&mut self, input: &mut Tracked<R>) -> Result<(), Fault> {
        std::mem::take(&mut self.rest).pass(input)
    }
}

/// How much of a value is read.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
}

impl Scan {
    /// Takes a value, at most so many bytes of it; says whether that is all of it.
    fn take<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        value: &mut Vec<u8>,
        room: usize,
    ) -> Result<bool, Fault> {
        loop {
            let bytes = input.fill()?;
            let bytes = &bytes[..bytes.len().min(room - value.len())];
            let (length, ends) = self.read(bytes);
            value.extend_from_slice(&bytes[..length]);
            let is_over = bytes.is_empty();
            input.consume(length)?;
            if ends {
                return Ok(true);
            }
            if value.len() >= room {
                return Ok(false);
            }
            if is_over {
                return self.ended(input);
            }
        }
    }

    /// Goes past a value.
    fn pass<R: BufRead>(&mut self, input: &mut Tracked<R>) -> Result<(), Fault> {
        loop {
            let bytes = input.fill()?;
            let is_over = bytes.is_empty();
            let (length, ends) = self.read(bytes);
            input.consume(length)?;
            if ends || is_over && self.ended(input)? {
                return Ok(());
            }
        }
    }

    /// A number may end with the file.
    fn ended<R: BufRead>(&self, input: &mut Tracked<R>) -> Result<bool, Fault> {
        if self.depth == 0 && !self.in_text {
            return Ok(true);
        }
        Err(unexpected(input, "the end of a value"))
    }

    /// How many of these bytes belong to the value, and whether it ends with them.
    fn read(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.in_text {
                at += self.read_text(&bytes[at..]);
                if !self.in_text && self.depth == 0 {
                    return (at, true);
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 1 => self.depth -= 1,
                b'}' | b']' => {
                    let belongs = std::mem::take(&mut self.depth);
                    return (at + belongs, true);
                }
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if self.depth == 0 => {
                    return (at, true);
                }
                _ => {}
            }
            at += 1;
        }
        (at, false)
    }

    /// How many of these bytes belong to a text.
    fn read_text(&mut self, bytes: &[u8]) -> usize {
        if std::mem::take(&mut self.is_escaped) {
            return 1;
        }
        match memchr::memchr2(b'"', b'\\', bytes) {
            Some(at) if bytes[at] == b'"' => {
                self.in_text = false;
                at + 1
            }
            Some(at) => {
                self.is_escaped = true;
                at + 1
            }
            None => bytes.len(),
        }
    }
}

/// Goes past a byte order mark, which is no value.
fn pass_mark<R: BufRead>(input: &mut Tracked<R>) -> Result<bool, Fault> {
    for _ in "\u{feff}".bytes() {
        input.fill()?;
        input.consume(1)?;
    }
    Ok(false)
}

/// What comes after blanks.
fn peek<R: BufRead>(input: &mut Tracked<R>) -> Result<Option<u8>, Fault> {
    loop {
        let bytes = input.fill()?;
        let is_over = bytes.is_empty();
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let blanks = bytes.iter().take_while(is_blank).count();
        let found = bytes.get(blanks).copied();
        input.consume(blanks)?;
        if found.is_some() || is_over {
            return Ok(found);
        }
    }
}

/// Takes a comma, after which a value begins, or the end of what they stand in.
fn next<R: BufRead>(input: &mut Tracked<R>, end: u8) -> Result<bool, Fault> {
    match peek(input)? {
        Some(b',') => {
            input.consume(1)?;
            begins(input)
        }
        Some(found) if found == end => {
            input.consume(1)?;
            Ok(false)
        }
        _ if end == b'}' => Err(unexpected(input, "a comma or }")),
        _ => Err(unexpected(input, "a comma or ]")),
    }
}

/// That a value begins here.
fn begins<R: BufRead>(input: &mut Tracked<R>) -> Result<bool, Fault> {
    match peek(input)? {
        None | Some(b',' | b':' | b']' | b'}') => Err(unexpected(input, "a value")),
        Some(_) => Ok(true),
    }
}

fn unexpected<R: BufRead>(input: &mut Tracked<R>, wanted: &str) -> Fault {
    match input.fill() {
        Err(err) => Fault::Failed(err),
        Ok([]) => Fault::Broken(format!("the file breaks off where JSON needs {wanted}")),
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4)]);
            let found = text.chars().next().unwrap_or_default();
            Fault::Broken(format!("{found:?} stands where JSON needs {wanted}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::{Layout, Records, Stop};

    /// The values in a text that comes in pieces of this size, and why they end.
    fn all(text: &str, pages: bool, piece: usize) -> (Vec<String>, Option<String>) {
        let input = std::io::BufReader::with_capacity(piece, text.as_bytes());
        let mut records = Records::new(input, Layout::Values { pages }, b"");
        let mut found = Vec::new();
        loop {
            match records.advance() {
                Ok(true) => found.push(records.record().text.unwrap().to_owned()),
                Ok(false) => return (found, None),
                Err(Stop::Broken(place, reason)) => {
                    return (found, Some(format!("{}: {reason}", place.number)));
                }
                Err(Stop::Failed(err)) => panic!("{err}"),
            }
        }
    }

    #[test]
    fn values_are_told_apart_however_they_are_written() {
        for (text, pages, expected) in [
            ("", false, &[][..]),
            ("[]", false, &[]),
            (" [ {\"a\":1} ,\n{}\n]\n", false, &["{\"a\":1}", "{}"]),
            ("\u{feff}[{}]", false, &["{}"]),
            ("[1,\"]\",null][{}]", false, &["1", "\"]\"", "null", "{}"]),
            (
                "{\n \"a\": \"}\\\"\"\n}{}",
                false,
                &["{\n \"a\": \"}\\\"\"\n}", "{}"],
            ),
            (
                "{\"Items\":[{\"a\":[1]}, {}],\"Count\":2}",
                true,
                &["{\"a\":[1]}", "{}"],
            ),
            (
                "{\"Count\": 1, \"Items\": [{}], \"K\": {\"Items\":[1]}, \"N\": null}\n{\"Items\":[]}{\"Items\":[{}]}",
                true,
                &["{}", "{}"],
            ),
        ] {
            for piece in [1, 3, 4096] {
                let (found, stop) = all(text, pages, piece);
                assert_eq!(
                    (found, stop),
                    (expected.iter().map(ToString::to_string).collect(), None),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn what_breaks_off_says_in_which_value() {
        for (text, pages, expected) in [
            (
                "[{},",
                false,
                "2: the file breaks off where JSON needs a value",
            ),
            (
                "[{}",
                false,
                "2: the file breaks off where JSON needs a comma or ]",
            ),
            (
                "[{},{\"a\":",
                false,
                "2: the file breaks off where JSON needs the end of a value",
            ),
            (
                "[{\"a\":\"",
                false,
                "1: the file breaks off where JSON needs the end of a value",
            ),
            ("[{},]", false, "2: ']' stands where JSON needs a value"),
            (
                "[{} {}]",
                false,
                "2: '{' stands where JSON needs a comma or ]",
            ),
            (
                "[{}] x",
                false,
                "2: 'x' stands where JSON needs an object in {}",
            ),
            (
                "{\"Items\":[{}]",
                true,
                "2: the file breaks off where JSON needs a comma or }",
            ),
            (
                "{\"Items\":[{}],5",
                true,
                "2: '5' stands where JSON needs a text in quotes",
            ),
            (
                "{\"Items\"",
                true,
                "1: the file breaks off where JSON needs a colon",
            ),
            (
                "{\"Items\":[]}{\"a\":1}",
                true,
                "1: an object has no Items, as a page of a scan or a query has them",
            ),
            (
                "{}",
                true,
                "1: an object has no Items, as a page of a scan or a query has them",
            ),
            (
                "{\"Count\":",
                true,
                "1: the file breaks off where JSON needs a value",
            ),
        ] {
            for piece in [1, 4096] {
                assert_eq!(
                    all(text, pages, piece).1.as_deref(),
                    Some(expected),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn a_place_in_a_list_is_found_again() {
        let text = b"{\"Items\":[{\"a\":1},\n{\"a\":2},{\"a\":3}]}";
        let layout = Layout::Values { pages: true };
        let mut records = Records::new(&text[..], layout, b"seed");
        assert!(records.advance().unwrap() && records.advance().unwrap());
        let position = records.position();
        let mut again = Records::new(&text[..], layout, b"seed");
        assert!(again.resume(&position).unwrap());
        assert!(again.advance().unwrap());
        let record = again.record();
        assert_eq!(
            (record.text.unwrap(), record.place.number),
            ("{\"a\":3}", 3)
        );
        assert!(!again.advance().unwrap());
        let mut other = Records::new(&text[..], layout, b"another");
        assert!(!other.resume(&position).unwrap());
    }
}
