//! Decides whether a line break of CSV is within quotes.

/// The possible delimiters, until the header is read.
const ANY_DELIMITER: &[u8] = b",;\t";

/// Where in a cell the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    CellStart,
    Cell,
    Quoted,
    /// After a quote that closes the cell, unless another one follows.
    Quote,
}

/// The quotes in the lines of one record. Only a quote at the start of a cell opens it.
#[derive(Debug)]
pub(super) struct Quotes {
    delimiter: Option<u8>,
    is_open: bool,
}

impl Quotes {
    pub(super) fn new(delimiter: Option<u8>) -> Self {
        Self {
            delimiter,
            is_open: false,
        }
    }

    /// Reads a line and returns whether the record continues after it.
    pub(super) fn read(&mut self, line: &[u8]) -> bool {
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        if !self.is_open && memchr::memchr(b'"', line).is_none() {
            return false;
        }
        let start = if self.is_open {
            At::Quoted
        } else {
            At::CellStart
        };
        let end = line.iter().fold(start, |at, byte| self.after(at, *byte));
        self.is_open = end == At::Quoted;
        self.is_open
    }

    fn after(&self, at: At, byte: u8) -> At {
        match (at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::CellStart | At::Quote, b'"') | (At::Quoted, _) => At::Quoted,
            (_, byte) if self.delimits(byte) => At::CellStart,
            _ => At::Cell,
        }
    }

    fn delimits(&self, byte: u8) -> bool {
        match self.delimiter {
            Some(delimiter) => byte == delimiter,
            None => ANY_DELIMITER.contains(&byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_opens_only_at_the_start_of_a_cell() {
        for (line, delimiter, expected) in [
            (&b"a,b"[..], b',', false),
            (b"a,\"b", b',', true),
            (b"a,5\" disk", b',', false),
            (b"a,\"b\"\"", b',', true),
            (b"a,\"b\"\"\"", b',', false),
            (b"a;\"b", b',', false),
            (b"a;\"b", b';', true),
            (b"\xef\xbb\xbf\"a", b',', true),
        ] {
            let mut quotes = Quotes::new(Some(delimiter));
            assert_eq!(quotes.read(line), expected, "{line:?}");
        }
        let mut heading = Quotes::new(None);
        assert!(heading.read(b"a;\"b\n"));
        assert!(!heading.read(b"c\"\n"));
    }
}
