//! The records of a file: one at a time, so that the file may be larger than the memory.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

use super::quotes::Quotes;
use super::scan::Fault;
use super::tracked::Tracked;
use super::values::{Nesting, Values};
use crate::item::Reason;

/// An item of 400 KB written as wastefully as JSON allows is shorter.
pub(super) const MAX_RECORD: usize = 16 * 1024 * 1024;
/// What is set aside of a record that is too long.
const MAX_KEPT: usize = 64 * 1024;

/// How far a file is read, and what has stood there up to then.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    /// Which of the files of an export it is.
    #[serde(default)]
    pub(crate) file: usize,
    /// The number of the last line.
    pub(crate) line: u64,
    /// The number of records in this file.
    #[serde(default)]
    pub(crate) records: u64,
    /// The number of bytes.
    pub(crate) offset: u64,
    /// The SHA-256 of these bytes.
    pub(crate) digest: String,
    /// In what it stands.
    #[serde(default)]
    pub(super) nesting: Nesting,
}

/// Where a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) line: u64,
    /// Which record of the file it is.
    pub(crate) number: u64,
}

/// How the records of a file follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Each on a line of its own.
    Lines,
    /// The same, except that line breaks within quotes belong to the record.
    Csv {
        /// `None` as long as the heading has not told it.
        delimiter: Option<u8>,
    },
    /// JSON over any number of lines: objects, or lists of them.
    Values {
        /// The objects are pages of a scan or a query, whose `Items` are the records.
        pages: bool,
    },
}

/// Why no more records come.
#[derive(Debug)]
pub(crate) enum Stop {
    Failed(io::Error),
    /// What follows cannot be told apart any more.
    Broken(Place, Reason),
}

/// Where records come from.
pub(crate) struct Records<R> {
    input: Tracked<R>,
    layout: Layout,
    values: Values,
    /// Whether the record is only the begin of one that is too long.
    is_cut: bool,
    place: Place,
    record: Vec<u8>,
}

/// One record.
pub(crate) struct Record<'a> {
    pub(crate) place: Place,
    /// As it stands in the file, with its end of line.
    pub(crate) raw: &'a [u8],
    /// Without its end of line; what is wrong where it is no text.
    pub(crate) text: Result<&'a str, Reason>,
}

impl<R: BufRead> Records<R> {
    /// Those of a file, of an export that the seed stands for.
    pub(crate) fn new(input: R, layout: Layout, seed: &[u8]) -> Self {
        Self {
            input: Tracked::new(input, seed),
            layout,
            values: Values::new(layout == Layout::Values { pages: true }),
            is_cut: false,
            place: Place::default(),
            record: Vec::new(),
        }
    }

    /// Goes to the next record that is not empty; says whether there is one.
    pub(crate) fn advance(&mut self) -> Result<bool, Stop> {
        let number = self.place.number + 1;
        loop {
            self.pass_rest()?;
            self.record.clear();
            self.place.line = self.input.breaks + 1;
            let found = match self.layout {
                Layout::Values { .. } => self.read_value(number)?,
                Layout::Lines => self.read_lines(None)?,
                Layout::Csv { delimiter } => self.read_lines(Some(Quotes::new(delimiter)))?,
            };
            if !found {
                return Ok(false);
            }
            if !self.is_blank() {
                self.place.number = number;
                return Ok(true);
            }
        }
    }

    /// The record that it stands at.
    pub(crate) fn record(&self) -> Record<'_> {
        let raw = self.record.as_slice();
        let begin = if self.place.line == 1 {
            "\u{feff}".as_bytes()
        } else {
            b""
        };
        let text = match str::from_utf8(raw.strip_prefix(begin).unwrap_or(raw)) {
            _ if self.is_cut => Err(format!(
                "it is longer than the {MAX_RECORD} bytes of any item"
            )),
            Ok(text) => Ok(text.trim_end_matches('\n').trim_end_matches('\r')),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        Record {
            place: self.place,
            raw: if self.is_cut { &raw[..MAX_KEPT] } else { raw },
            text,
        }
    }

    /// How far it is read.
    pub(crate) fn position(&self) -> Position {
        // The last line may have no end.
        let is_open = !(self.record.is_empty() || self.record.ends_with(b"\n"));
        let is_line = !matches!(self.layout, Layout::Values { .. });
        Position {
            file: self.place.file,
            line: self.input.breaks + u64::from(is_open && is_line),
            records: self.place.number,
            offset: self.input.offset,
            digest: self.input.digest(),
            nesting: self.values.nesting,
        }
    }

    /// Goes to a position where it was before; says whether the same bytes stand before it.
    pub(crate) fn resume(&mut self, position: &Position) -> io::Result<bool> {
        self.input.pass_to(position.offset)?;
        self.place.number = position.records;
        self.values.nesting = position.nesting;
        Ok(self.input.offset == position.offset && self.input.digest() == position.digest)
    }

    /// The number of the file among those of an export.
    pub(crate) fn number_file(&mut self, file: usize) {
        self.place.file = file;
    }

    /// The record was the heading of CSV, which is none, and has told the delimiter.
    pub(crate) fn pass_heading(&mut self, delimiter: char) {
        let delimiter = u8::try_from(delimiter).ok();
        self.layout = Layout::Csv { delimiter };
        self.place.number = 0;
    }

    /// Whether they are of a scan that was not at its end.
    pub(super) fn has_more(&self) -> bool {
        self.values.has_more
    }

    pub(super) fn offset(&self) -> u64 {
        self.input.offset
    }

    fn is_blank(&self) -> bool {
        let text = self.record().text;
        text.is_ok_and(|text| text.trim().is_empty())
    }

    fn read_lines(&mut self, mut quotes: Option<Quotes>) -> Result<bool, Stop> {
        loop {
            let from = self.record.len();
            let room = MAX_RECORD - from;
            let read = self.input.append_line(&mut self.record, room);
            read.map_err(Stop::Failed)?;
            let is_open = quotes
                .as_mut()
                .is_some_and(|it| it.read(&self.record[from..]));
            let is_over = self.record.len() == from || self.record.len() >= MAX_RECORD;
            if is_open && is_over {
                return Err(self.never_closed());
            }
            if is_over || !is_open {
                self.is_cut = self.record.len() >= MAX_RECORD;
                return Ok(!self.record.is_empty());
            }
        }
    }

    /// Which of the lines below are records of their own is not known.
    fn never_closed(&self) -> Stop {
        let place = Place {
            number: self.place.number + 1,
            ..self.place
        };
        Stop::Broken(place, "it has a quote that is never closed".to_owned())
    }

    fn read_value(&mut self, number: u64) -> Result<bool, Stop> {
        let found = self.values.find(&mut self.input);
        let found = found.map_err(|fault| self.stop(fault, number))?;
        self.place.line = self.input.breaks + 1;
        if found {
            let taken = self.values.take(&mut self.input, &mut self.record);
            self.is_cut = !taken.map_err(|fault| self.stop(fault, number))?;
        }
        Ok(found)
    }

    fn stop(&self, fault: Fault, number: u64) -> Stop {
        match fault {
            Fault::Failed(err) => Stop::Failed(err),
            Fault::Broken(reason) => {
                let file = self.place.file;
                let line = self.input.breaks + 1;
                Stop::Broken(Place { file, line, number }, reason)
            }
        }
    }

    /// Goes past the rest of a record that is too long, which takes as long as it is.
    pub(crate) fn pass_rest(&mut self) -> Result<(), Stop> {
        if !std::mem::take(&mut self.is_cut) {
            return Ok(());
        }
        let is_value = matches!(self.layout, Layout::Values { .. });
        let ends = self.record.ends_with(b"\n");
        self.record.clear();
        if is_value {
            let passed = self.values.pass(&mut self.input);
            return passed.map_err(|fault| self.stop(fault, self.place.number));
        }
        if !ends {
            self.input.pass_line().map_err(Stop::Failed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Layout = Layout::Csv { delimiter: None };

    fn all(text: &[u8], layout: Layout) -> Vec<(u64, Result<String, String>)> {
        let mut records = Records::new(text, layout, b"");
        let mut found = Vec::new();
        while records.advance().unwrap() {
            let record = records.record();
            found.push((record.place.line, record.text.map(str::to_owned)));
        }
        assert_eq!(records.position().offset, text.len() as u64);
        found
    }

    fn ok(line: u64, text: &str) -> (u64, Result<String, String>) {
        (line, Ok(text.to_owned()))
    }

    #[test]
    fn every_line_that_is_not_empty_is_a_record() {
        let text = "\u{feff}a\r\n\n \t\r\n\"b\nc";
        let expected = [ok(1, "a"), ok(4, "\"b"), ok(5, "c")];
        assert_eq!(all(text.as_bytes(), Layout::Lines), expected);
        assert_eq!(all("\u{feff}\n".as_bytes(), Layout::Lines), []);
    }

    #[test]
    fn line_breaks_in_quotes_belong_to_a_record_of_csv() {
        let text = "a,\"b\nc\"\"\n\"\r\nd\n";
        let expected = [ok(1, "a,\"b\nc\"\"\n\""), ok(4, "d")];
        assert_eq!(all(text.as_bytes(), CSV), expected);
        let text = "a,5\" disk\nb,6\" disk\n";
        let expected = [ok(1, "a,5\" disk"), ok(2, "b,6\" disk")];
        assert_eq!(all(text.as_bytes(), CSV), expected);
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_file_and_takes_no_more_memory() {
        let long = [&b"a\n\"b\n"[..], &vec![b'x'; 2 * MAX_RECORD]].concat();
        for text in [&b"a\n\"b\nc"[..], &long] {
            let mut records = Records::new(text, CSV, b"");
            assert!(records.advance().unwrap());
            let Err(Stop::Broken(place, reason)) = records.advance() else {
                panic!("it goes on");
            };
            assert_eq!(
                (place.line, reason.as_str()),
                (2, "it has a quote that is never closed")
            );
        }
    }

    #[test]
    fn what_is_no_text_or_too_long_is_one_bad_record() {
        assert!(all(b"\xff\na", Layout::Lines)[0].1.is_err());
        let text = [vec![b'x'; MAX_RECORD + 9], b"\nnext".to_vec()].concat();
        let found = all(&text, Layout::Lines);
        assert!(found[0].1.is_err());
        assert_eq!(found[1], ok(2, "next"));
        let text = [&b"[\""[..], &vec![b'x'; MAX_RECORD], b"\",{}]"].concat();
        let found = all(&text, Layout::Values { pages: false });
        assert!(found[0].1.is_err());
        assert_eq!(found[1], ok(1, "{}"));
    }

    #[test]
    fn a_position_is_found_again_only_after_the_same_bytes() {
        let mut records = Records::new(&b"a\nb\nc\n"[..], Layout::Lines, b"");
        assert!(records.advance().unwrap() && records.advance().unwrap());
        let position = records.position();
        let mut appended = Records::new(&b"a\nb\nd\n"[..], Layout::Lines, b"");
        assert!(appended.resume(&position).unwrap());
        assert!(appended.advance().unwrap());
        assert_eq!(appended.record().place.line, 3);
        for other in [&b"a\nX\nc\n"[..], b"a\n"] {
            assert!(
                !Records::new(other, Layout::Lines, b"")
                    .resume(&position)
                    .unwrap()
            );
        }
    }
}
