//! Finds the JSON values in lists and pages, byte by byte, so that a list can be larger than the
//! memory.

use std::io::BufRead;

use super::position::Nesting;
use super::record::MAX_RECORD;
use super::scan::{Fault, Scan, begins, next, peek, unexpected};
use super::tracked::Tracked;

/// The longest name of a member of a page.
const MAX_NAME: usize = 1024;

/// The state of a reader of values.
pub(super) struct Values {
    /// Whether the objects are pages with `Items`.
    pages: bool,
    pub(super) nesting: Nesting,
    /// Whether the last page says that the scan continues after it.
    pub(super) has_more: bool,
    /// The scan of a value that is too long; its rest is still to be skipped.
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

    /// Goes to the next value, and returns whether there is one.
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
                    Some(0xef) if input.offset == 0 => skip_byte_order_mark(input)?,
                    _ => return Err(unexpected(input, "an object in {}")),
                },
            };
            if found {
                return Ok(true);
            }
        }
    }

    /// Enters a list, and returns whether it has an element.
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

    /// Goes to the first of the `Items` of a page, and returns whether there is one.
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
                return Err(unexpected(input, "a string in quotes"));
            }
            let mut name = Vec::new();
            Scan::default().take(input, &mut name, MAX_NAME)?;
            if peek(input)? != Some(b':') {
                return Err(unexpected(input, "a colon"));
            }
            input.consume(1)?;
            begins(input)?;
            let start = peek(input)?;
            let says_more = matches!(&*name, b"\"LastEvaluatedKey\"" | b"\"NextToken\"");
            self.has_more |= says_more && start != Some(b'n');
            if name != b"\"Items\"" || start != Some(b'[') {
                Scan::default().skip(input)?;
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
        let reason = "an object has no Items, so it is not a page of a scan or a query";
        Err(Fault::Broken(reason.to_owned()))
    }

    /// Takes the value that begins here, and returns whether that is all of it.
    pub(super) fn take<R: BufRead>(
        &mut self,
        input: &mut Tracked<R>,
        value: &mut Vec<u8>,
    ) -> Result<bool, Fault> {
        self.rest = Scan::default();
        self.rest.take(input, value, MAX_RECORD)
    }

    /// Skips the rest of a value that is too long.
    pub(super) fn skip_rest<R: BufRead>(&mut self, input: &mut Tracked<R>) -> Result<(), Fault> {
        std::mem::take(&mut self.rest).skip(input)
    }
}

/// Skips a byte order mark; it is not a value.
fn skip_byte_order_mark<R: BufRead>(input: &mut Tracked<R>) -> Result<bool, Fault> {
    for _ in "\u{feff}".bytes() {
        input.fill()?;
        input.consume(1)?;
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, Records, Stop};

    /// The values in a text that is read in pieces of this size, and why reading stops.
    fn all(text: &str, pages: bool, piece: usize) -> (Vec<String>, Option<String>) {
        let input = std::io::BufReader::with_capacity(piece, text.as_bytes());
        let mut records = Records::new(input, Layout::Values { pages }, b"");
        let mut found = Vec::new();
        loop {
            match records.advance() {
                Ok(true) => found.push(records.record().text.unwrap().to_owned()),
                Ok(false) => return (found, None),
                Err(Stop::Broken(location, reason)) => {
                    return (found, Some(format!("{}: {reason}", location.number)));
                }
                Err(Stop::Failed(err)) => panic!("{err}"),
            }
        }
    }

    #[test]
    fn values_are_found_however_they_are_written() {
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
    fn an_incomplete_file_names_the_value() {
        for (text, pages, expected) in [
            ("[{},", false, "2: the file ends where JSON needs a value"),
            (
                "[{}",
                false,
                "2: the file ends where JSON needs a comma or ]",
            ),
            (
                "[{},{\"a\":",
                false,
                "2: the file ends where JSON needs the end of a value",
            ),
            (
                "[{\"a\":\"",
                false,
                "1: the file ends where JSON needs the end of a value",
            ),
            ("[{},]", false, "2: there is ']' where JSON needs a value"),
            (
                "[{} {}]",
                false,
                "2: there is '{' where JSON needs a comma or ]",
            ),
            (
                "[{}] x",
                false,
                "2: there is 'x' where JSON needs an object in {}",
            ),
            (
                "{\"Items\":[{}]",
                true,
                "2: the file ends where JSON needs a comma or }",
            ),
            (
                "{\"Items\":[{}],5",
                true,
                "2: there is '5' where JSON needs a text in quotes",
            ),
            (
                "{\"Items\"",
                true,
                "1: the file ends where JSON needs a colon",
            ),
            (
                "{\"Items\":[]}{\"a\":1}",
                true,
                "1: an object has no Items, so it is not a page of a scan or a query",
            ),
            (
                "{}",
                true,
                "1: an object has no Items, so it is not a page of a scan or a query",
            ),
            (
                "{\"Count\":",
                true,
                "1: the file ends where JSON needs a value",
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
    fn a_position_in_a_list_is_resumed() {
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
            (record.text.unwrap(), record.location.number),
            ("{\"a\":3}", 3)
        );
        assert!(!again.advance().unwrap());
        let mut other = Records::new(&text[..], layout, b"another");
        assert!(!other.resume(&position).unwrap());
    }
}
