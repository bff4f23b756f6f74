use items::Kind;
use memchr::memchr2;

/// Why a token cannot be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stop {
    /// The bytes end within it: try again when more have come.
    Incomplete,
    Malformed,
}

/// A range of the bytes. The span of a string is the text between its quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether it contains a backslash.
    pub(crate) escaped: bool,
}

/// Reads the tokens of JSON in bytes that may end anywhere.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    pub(crate) at: usize,
}

impl Span {
    /// The text at this place of the text that was scanned.
    pub(crate) fn of<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// The next byte after white space, without taking it.
    pub(crate) fn peek(&mut self) -> Result<u8, Stop> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Ok(byte);
            }
            self.at += 1;
        }
        Err(Stop::Incomplete)
    }

    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        if self.take_if(byte)? {
            Ok(())
        } else {
            Err(Stop::Malformed)
        }
    }

    pub(crate) fn take_if(&mut self, byte: u8) -> Result<bool, Stop> {
        let found = self.peek()? == byte;
        self.at += usize::from(found);
        Ok(found)
    }

    /// Takes these bytes if they come next.
    pub(crate) fn take(&mut self, expected: &[u8]) -> bool {
        let found = self.rest().starts_with(expected);
        self.at += if found { expected.len() } else { 0 };
        found
    }

    /// What was taken between these places.
    pub(crate) fn since(&self, start: usize, end: usize) -> &'a [u8] {
        &self.bytes[start..end]
    }

    pub(crate) fn string(&mut self) -> Result<Span, Stop> {
        self.expect(b'"')?;
        self.rest_of_string()
    }

    /// A string of which the first quote is taken.
    pub(crate) fn rest_of_string(&mut self) -> Result<Span, Stop> {
        let start = self.at;
        let mut escaped = false;
        let mut at = start;
        loop {
            // An escape at the very end goes one byte beyond it.
            let rest = self.bytes.get(at..).ok_or(Stop::Incomplete)?;
            at += quote_or_backslash(rest).ok_or(Stop::Incomplete)?;
            if self.bytes[at] == b'"' {
                break;
            }
            escaped = true;
            at += 2;
        }
        self.at = at + 1;
        Ok(Span {
            start,
            end: at,
            escaped,
        })
    }

    /// The tag of a type; `None` if this program does not know the type.
    pub(crate) fn tag(&mut self) -> Result<Option<Kind>, Stop> {
        let span = self.string()?;
        let tag = &self.bytes[span.start..span.end];
        Ok(str::from_utf8(tag).ok().and_then(Kind::of_tag))
    }

    /// Takes one value, and looks only for its end.
    pub(crate) fn value(&mut self) -> Result<Span, Stop> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => {
                self.string()?;
            }
            b'{' | b'[' => self.nested()?,
            b',' | b':' | b'}' | b']' => return Err(Stop::Malformed),
            _ => self.word()?,
        }
        Ok(Span {
            start,
            end: self.at,
            escaped: false,
        })
    }

    fn nested(&mut self) -> Result<(), Stop> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Takes a number, `true`, `false` or `null`, which is complete when something else follows.
    fn word(&mut self) -> Result<(), Stop> {
        let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
        let length = self
            .rest()
            .iter()
            .position(is_end)
            .ok_or(Stop::Incomplete)?;
        self.at += length;
        Ok(())
    }
}

/// Where the first quote or backslash is. Most names and texts end within a few bytes, for which a
/// call of `memchr2` would take longer.
fn quote_or_backslash(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const SHORT: usize = 3;
    let (words, _) = bytes.as_chunks();
    for (index, word) in words.iter().take(SHORT).enumerate() {
        let word = u64::from_le_bytes(*word);
        // The lowest high bit that is set marks the first byte that is 0.
        let zero = |word: u64| word.wrapping_sub(EACH) & !word & (EACH << 7);
        let found = zero(word ^ (EACH * u64::from(b'"'))) | zero(word ^ (EACH * u64::from(b'\\')));
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let start = words.len().min(SHORT) * 8;
    memchr2(b'"', b'\\', &bytes[start..]).map(|found| start + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_string_is_found_wherever_it_is() {
        for length in 0..60 {
            for end in ["\"", "\\", "\"\\", "\"\"", "\"#]", "\\]#"] {
                let text = format!("{}{end}", "#]ä".repeat(20));
                let text = &text.as_bytes()[60 - length..];
                for after in [0, 1, 7, 8, 30] {
                    let text = [text, &vec![b'x'; after]].concat();
                    let found = text.iter().position(|byte| b"\"\\".contains(byte));
                    assert_eq!(quote_or_backslash(&text), found, "{text:?}");
                }
            }
        }
        assert_eq!(quote_or_backslash(&[b'x'; 50]), None);
    }

    fn value(text: &str) -> Result<&str, Stop> {
        let span = Scanner::new(text.as_bytes(), 0).value()?;
        Ok(span.of(text))
    }

    #[test]
    fn a_value_ends_where_it_ends() {
        for (text, expected) in [
            ("1.5e3,", "1.5e3"),
            (" true}", "true"),
            (r#""a\"b\\" "#, r#""a\"b\\""#),
            (r#"{"a":["}"]}]"#, r#"{"a":["}"]}"#),
            ("[],", "[]"),
        ] {
            assert_eq!(value(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_value_that_is_cut_off_is_incomplete() {
        for text in [
            "",
            "  ",
            "12",
            r#""a"#,
            r#""a\"#,
            r#""a\""#,
            "{",
            r#"{"a":1"#,
        ] {
            assert_eq!(value(text), Err(Stop::Incomplete), "{text}");
        }
        assert_eq!(value(","), Err(Stop::Malformed));
    }
}
