//! Whether a line break of CSV stands within quotes.

/// What may stand between two cells while the heading has not said it.
const ANY: &[u8] = b",;\t";

/// What a line has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    CellBegin,
    Cell,
    Quoted,
    /// After a quote that closes, unless another one follows.
    Quote,
}

/// Quotes over the lines of one record: only one that begins a cell opens it.
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

    /// Whether the record goes on after this line.
    pub(super) fn read(&mut self, line: &[u8]) -> bool {
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        if !self.is_open && memchr::memchr(b'"', line).is_none() {
            return false;
        }
        let begin = if self.is_open {
            At::Quoted
        } else {
            At::CellBegin
        };
        let end = line.iter().fold(begin, |at, byte| self.after(at, *byte));
        self.is_open = end == At::Quoted;
        self.is_open
    }

    fn after(&self, at: At, byte: u8) -> At {
        match (at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::CellBegin | At::Quote, b'"') | (At::Quoted, _) => At::Quoted,
            (_, byte) if self.delimits(byte) => At::CellBegin,
            _ => At::Cell,
        }
    }

    fn delimits(&self, byte: u8) -> bool {
        match self.delimiter {
            Some(delimiter) => byte == delimiter,
            None => ANY.contains(&byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_opens_at_the_begin_of_a_cell_only() {
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
