use std::borrow::Cow;

use items::is_json_number;

use super::place::place;
use crate::item::Reason;

/// A position in a JSON text.
#[derive(Debug)]
pub(crate) struct Json<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Json<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is not blank, without taking it.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// The text that is still to be read.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Reads an object; `read` reads the value of each member.
    pub(crate) fn members(
        &mut self,
        mut read: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        self.expect(b'{', "an object in {}")?;
        self.separated(b'}', "a comma or }", |json| {
            let name = json.string()?;
            json.expect(b':', "a colon")?;
            read(json, name)
        })
    }

    /// Reads an array; `read` reads each element.
    pub(crate) fn elements(
        &mut self,
        read: impl FnMut(&mut Self) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        self.expect(b'[', "a list in []")?;
        self.separated(b']', "a comma or ]", read)
    }

    /// Reads a string, borrowed if it has no escapes.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, Reason> {
        self.expect(b'"', "a string in quotes")?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        let mut end = start;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    end += 2;
                }
                Some(0x20..) => end += 1,
                Some(_) => {
                    return Err(self.broken(end, "has a control character that is not escaped"));
                }
                None => return Err(self.broken(start, "starts a string that does not end")),
            }
        }
        self.at = end + 1;
        if !escaped {
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        let with_quotes = &self.text[start - 1..self.at];
        serde_json::from_str(with_quotes)
            .map(Cow::Owned)
            .map_err(|_| self.broken(start, "starts a string with an invalid escape"))
    }

    /// Reads a number and returns its digits.
    pub(crate) fn number(&mut self) -> Result<&'a str, Reason> {
        let digits = self.word();
        if is_json_number(digits) {
            return Ok(digits);
        }
        Err(self.unexpected("a value"))
    }

    /// Reads `true`, `false` or `null`, which is `None`.
    pub(crate) fn constant(&mut self) -> Result<Option<bool>, Reason> {
        match self.word() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            "null" => Ok(None),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// Ensures that nothing follows.
    pub(crate) fn end(&mut self) -> Result<(), Reason> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("the end of the line")),
        }
    }

    /// An error at this position: `column 5 has 'x' where JSON needs a colon`.
    pub(super) fn unexpected(&self, wanted: &str) -> Reason {
        let place = place(self.text, self.at);
        match self.rest().chars().next() {
            Some(found) => format!("{place} has {found:?} where JSON needs {wanted}"),
            None => format!("it ends at {place} where JSON needs {wanted}"),
        }
    }

    /// Takes a number or a constant; empty if there is neither.
    pub(super) fn word(&mut self) -> &'a str {
        self.peek();
        let rest = self.rest();
        let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if is_json_number(word) || matches!(word, "true" | "false" | "null") {
            self.at += word.len();
            word
        } else {
            ""
        }
    }

    fn separated(
        &mut self,
        end: u8,
        wanted: &str,
        mut read: impl FnMut(&mut Self) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        if self.take_if(end) {
            return Ok(());
        }
        loop {
            read(self)?;
            if self.take_if(end) {
                return Ok(());
            }
            self.expect(b',', wanted)?;
        }
    }

    fn broken(&self, at: usize, what: &str) -> Reason {
        format!("{} {what}", place(self.text, at))
    }

    fn expect(&mut self, byte: u8, wanted: &str) -> Result<(), Reason> {
        if self.take_if(byte) {
            Ok(())
        } else {
            Err(self.unexpected(wanted))
        }
    }

    fn take_if(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }
}
