//! The records of a file: one at a time, so that the file may be larger than the memory.

use std::io::{self, BufRead, Read};

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// An item of 400 KB written as wastefully as JSON allows is shorter.
const MAX_RECORD: u64 = 16 * 1024 * 1024;

/// How far a file is read, and what has stood there up to then.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The number of the last line.
    pub(crate) line: u64,
    /// The number of bytes.
    pub(crate) offset: u64,
    /// The SHA-256 of these bytes.
    pub(crate) digest: String,
}

/// Where records come from.
pub(crate) struct Records<R> {
    input: R,
    /// Whether line breaks within quotes belong to the record.
    quotes: bool,
    line: u64,
    offset: u64,
    digest: Sha256,
    record: Vec<u8>,
}

/// One record.
pub(crate) struct Record<'a> {
    /// The number of its first line.
    pub(crate) line: u64,
    /// As it stands in the file, with its end of line.
    pub(crate) raw: &'a [u8],
    /// Without its end of line; what is wrong where it is no text.
    pub(crate) text: Result<&'a str, String>,
}

impl<R: BufRead> Records<R> {
    pub(crate) fn new(input: R, quotes: bool) -> Self {
        Self {
            input,
            quotes,
            line: 0,
            offset: 0,
            digest: Sha256::new(),
            record: Vec::new(),
        }
    }

    /// The next record, if there is one.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        self.record.clear();
        let first = self.line + 1;
        let mut quotes = 0;
        loop {
            let from = self.record.len();
            if !self.append_line()? {
                break;
            }
            let marks = self.record[from..].split(|byte| *byte == b'"').count();
            quotes += marks - 1;
            if !self.quotes || quotes % 2 == 0 || self.is_full() {
                break;
            }
        }
        if self.record.is_empty() {
            return Ok(None);
        }
        let too_long = self.is_full();
        if too_long && !self.record.ends_with(b"\n") {
            self.pass_line()?;
        }
        let begin = if first == 1 {
            "\u{feff}".as_bytes()
        } else {
            b""
        };
        let text = match str::from_utf8(self.record.strip_prefix(begin).unwrap_or(&self.record)) {
            _ if too_long => Err(format!(
                "it is longer than the {MAX_RECORD} bytes of any item"
            )),
            Ok(_) if self.quotes && quotes % 2 == 1 => {
                Err("it has a quote that is never closed".to_owned())
            }
            Ok(text) => Ok(text.trim_end_matches('\n').trim_end_matches('\r')),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        Ok(Some(Record {
            line: first,
            raw: &self.record,
            text,
        }))
    }

    /// How far it is read.
    pub(crate) fn position(&self) -> Position {
        let digest = self.digest.clone().finalize();
        Position {
            line: self.line,
            offset: self.offset,
            digest: base64::engine::general_purpose::STANDARD.encode(digest),
        }
    }

    /// Goes to a position where it was before; says whether the same bytes stand before it.
    pub(crate) fn resume(&mut self, position: &Position) -> io::Result<bool> {
        while self.offset < position.offset {
            let bytes = self.input.fill_buf()?;
            let left = usize::try_from(position.offset - self.offset).unwrap_or(usize::MAX);
            let length = bytes.len().min(left);
            if length == 0 {
                break;
            }
            self.digest.update(&bytes[..length]);
            self.offset += length as u64;
            self.input.consume(length);
        }
        self.line = position.line;
        Ok(self.position() == *position)
    }

    fn append_line(&mut self) -> io::Result<bool> {
        let from = self.record.len();
        let room = MAX_RECORD.saturating_sub(from as u64);
        (&mut self.input)
            .take(room)
            .read_until(b'\n', &mut self.record)?;
        let line = &self.record[from..];
        self.digest.update(line);
        self.offset += line.len() as u64;
        self.line += u64::from(!line.is_empty());
        Ok(!line.is_empty())
    }

    fn is_full(&self) -> bool {
        self.record.len() as u64 >= MAX_RECORD
    }

    /// Goes past the rest of a line that is too long to be kept.
    fn pass_line(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.input.fill_buf()?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(bytes.len(), |end| end + 1);
            self.digest.update(&bytes[..length]);
            self.offset += length as u64;
            let last = end.is_some() || length == 0;
            self.input.consume(length);
            if last {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], quotes: bool) -> Vec<(u64, Result<String, String>)> {
        let mut records = Records::new(text, quotes);
        let mut found = Vec::new();
        while let Some(record) = records.next().unwrap() {
            found.push((record.line, record.text.map(str::to_owned)));
        }
        assert_eq!(records.position().offset, text.len() as u64);
        found
    }

    fn ok(line: u64, text: &str) -> (u64, Result<String, String>) {
        (line, Ok(text.to_owned()))
    }

    #[test]
    fn every_line_is_a_record() {
        let text = "\u{feff}a\r\n\n\"b\nc";
        let expected = [ok(1, "a"), ok(2, ""), ok(3, "\"b"), ok(4, "c")];
        assert_eq!(all(text.as_bytes(), false), expected);
    }

    #[test]
    fn line_breaks_in_quotes_belong_to_a_record_of_csv() {
        let text = "a,\"b\nc\"\"\n\"\r\nd\n";
        assert_eq!(
            all(text.as_bytes(), true),
            [ok(1, "a,\"b\nc\"\"\n\""), ok(4, "d")]
        );
        let (line, text) = all(b"a\n\"b\nc", true).pop().unwrap();
        assert_eq!(
            (line, text.unwrap_err().as_str()),
            (2, "it has a quote that is never closed")
        );
    }

    #[test]
    fn what_is_no_text_or_too_long_is_one_bad_record() {
        assert!(all(b"\xff\na", false)[0].1.is_err());
        let length = usize::try_from(MAX_RECORD).unwrap();
        let text = [vec![b'x'; length + 9], b"\nnext".to_vec()].concat();
        let found = all(&text, false);
        assert!(found[0].1.is_err());
        assert_eq!(found[1], ok(2, "next"));
    }

    #[test]
    fn a_position_is_found_again_only_after_the_same_bytes() {
        let mut records = Records::new(&b"a\nb\nc\n"[..], false);
        records.next().unwrap();
        records.next().unwrap();
        let position = records.position();
        let mut appended = Records::new(&b"a\nb\nd\n"[..], false);
        assert!(appended.resume(&position).unwrap());
        assert_eq!(appended.next().unwrap().unwrap().line, 3);
        for other in [&b"a\nX\nc\n"[..], b"a\n"] {
            assert!(!Records::new(other, false).resume(&position).unwrap());
        }
    }
}
