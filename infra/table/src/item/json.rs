//! A reader of JSON that gives numbers as they stand there: no float has 38 digits.

use std::borrow::Cow;
use std::ops::Range;

use super::Reason;

/// A place in a text that is JSON.
#[derive(Debug)]
pub(crate) struct Json<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Json<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The first byte of what comes next, which is not taken.
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

    /// What is still to be read.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Reads an object; `read` reads the value of each member.
    pub(crate) fn members(
        &mut self,
        mut read: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        self.expect(b'{', "an object in {}")?;
        self.separated(b'}', |json| {
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
        self.separated(b']', read)
    }

    fn separated(
        &mut self,
        end: u8,
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
            self.expect(
                b',',
                if end == b'}' {
                    "a comma or }"
                } else {
                    "a comma or ]"
                },
            )?;
        }
    }

    /// What a string says: borrowed where nothing in it is escaped.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, Reason> {
        self.expect(b'"', "a text in quotes")?;
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
                None => return Err(self.broken(start, "begins a text that does not end")),
            }
        }
        self.at = end + 1;
        if !escaped {
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        // With its quotes.
        serde_json::from_str(&self.text[start - 1..self.at])
            .map(Cow::Owned)
            .map_err(|_| {
                self.broken(
                    start,
                    "begins a text with an escape that JSON does not have",
                )
            })
    }

    /// The digits of a number.
    pub(crate) fn number(&mut self) -> Result<&'a str, Reason> {
        let digits = self.word();
        if is_number(digits) {
            return Ok(digits);
        }
        Err(self.unexpected("a value"))
    }

    /// `true`, `false` or `null`, if it is one of them.
    pub(crate) fn constant(&mut self) -> Result<Option<bool>, Reason> {
        let found = match self.word() {
            "true" => Some(true),
            "false" => Some(false),
            "null" => None,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(found)
    }

    /// Goes past a value; gives its text.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Reason> {
        self.skip_span().map(|span| &self.text[span])
    }

    /// Goes past a value; gives where it stands.
    pub(crate) fn skip_span(&mut self) -> Result<Range<usize>, Reason> {
        self.peek();
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => drop(self.string()?),
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b':') if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                Some(_) if !self.word().is_empty() => {}
                _ => return Err(self.unexpected("a value")),
            }
            if depth == 0 {
                return Ok(start..self.at);
            }
        }
    }

    /// That nothing follows.
    pub(crate) fn end(&mut self) -> Result<(), Reason> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("the end of the line")),
        }
    }

    /// An error at this place, as `at column 5 a comma is missing`.
    pub(crate) fn unexpected(&self, wanted: &str) -> Reason {
        let place = self.place(self.at);
        match self.rest().chars().next() {
            Some(found) => format!("{place} has {found:?} where JSON needs {wanted}"),
            None => format!("it breaks off at {place} where JSON needs {wanted}"),
        }
    }

    fn broken(&self, at: usize, what: &str) -> Reason {
        format!("{} {what}", self.place(at))
    }

    /// Counted as an editor does, in the text that is read here.
    fn place(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or(self.text);
        let (lines, last) = before.rsplit_once('\n').unwrap_or(("", before));
        let column = last.chars().count() + 1;
        match before.len() - last.len() {
            0 => format!("column {column}"),
            _ => format!(
                "its line {}, column {column},",
                lines.split('\n').count() + 1
            ),
        }
    }

    fn word(&mut self) -> &'a str {
        self.peek();
        let rest = self.rest();
        let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if is_number(word) || matches!(word, "true" | "false" | "null") {
            self.at += word.len();
            word
        } else {
            ""
        }
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

/// Whether the text is a number for JSON, which `01`, `.5` and `+1` are not.
pub(crate) fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, Some(power)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && power.is_none_or(|power| digits(power.strip_prefix(['+', '-']).unwrap_or(power)))
}
