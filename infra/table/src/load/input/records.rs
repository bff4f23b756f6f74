//! The records of one file, one at a time, so that the file can be larger than the memory.

use std::io::{self, BufRead};

use super::Layout;
use super::position::{Location, Position};
use super::quotes::Quotes;
use super::record::{MAX_RECORD, Record};
use super::scan::Fault;
use super::tracked::Tracked;
use super::values::Values;
use crate::item::Reason;

/// Why reading stops before the end of the file.
#[derive(Debug)]
pub(crate) enum Stop {
    Failed(io::Error),
    /// The rest cannot be split into records.
    Broken(Location, Reason),
}

/// Reads the records of one file.
pub(crate) struct Records<R> {
    input: Tracked<R>,
    layout: Layout,
    values: Values,
    /// Whether `record` is only the beginning of a record that is too long.
    is_cut: bool,
    location: Location,
    record: Vec<u8>,
}

impl<R: BufRead> Records<R> {
    /// The seed identifies the export that the file belongs to.
    pub(crate) fn new(input: R, layout: Layout, seed: &[u8]) -> Self {
        Self {
            input: Tracked::new(input, seed),
            layout,
            values: Values::new(layout == Layout::Values { pages: true }),
            is_cut: false,
            location: Location::default(),
            record: Vec::new(),
        }
    }

    /// Goes to the next record that is not blank, and returns whether there is one.
    pub(crate) fn advance(&mut self) -> Result<bool, Stop> {
        let number = self.location.number + 1;
        loop {
            self.skip_rest()?;
            self.record.clear();
            self.location.line = self.input.breaks + 1;
            let found = match self.layout {
                Layout::Values { .. } => self.read_value(number)?,
                Layout::Lines => self.read_lines(None)?,
                Layout::Csv { delimiter } => self.read_lines(Some(Quotes::new(delimiter)))?,
            };
            if !found {
                return Ok(false);
            }
            if !self.is_blank() {
                self.location.number = number;
                return Ok(true);
            }
        }
    }

    /// The current record.
    pub(crate) fn record(&self) -> Record<'_> {
        Record::new(self.location, &self.record, self.is_cut)
    }

    /// The position after the current record.
    pub(crate) fn position(&self) -> Position {
        // The last line may have no line break.
        let is_open = !(self.record.is_empty() || self.record.ends_with(b"\n"));
        let is_line = !matches!(self.layout, Layout::Values { .. });
        Position {
            file: self.location.file,
            line: self.input.breaks + u64::from(is_open && is_line),
            records: self.location.number,
            offset: self.input.offset,
            digest: self.input.digest(),
            nesting: self.values.nesting,
        }
    }

    /// Goes to an earlier position, and returns whether the same bytes are before it.
    pub(crate) fn resume(&mut self, position: &Position) -> io::Result<bool> {
        self.input.skip_to(position.offset)?;
        self.location.number = position.records;
        self.values.nesting = position.nesting;
        Ok(self.input.offset == position.offset && self.input.digest() == position.digest)
    }

    /// Sets the number of the file in an export.
    pub(super) fn number_file(&mut self, file: usize) {
        self.location.file = file;
    }

    /// The current record was the header of CSV, which does not count as a record.
    pub(crate) fn pass_header(&mut self, delimiter: char) {
        let delimiter = u8::try_from(delimiter).ok();
        self.layout = Layout::Csv { delimiter };
        self.location.number = 0;
    }

    /// Whether the last page says that the scan continues after it.
    pub(super) fn has_more(&self) -> bool {
        self.values.has_more
    }

    pub(super) fn offset(&self) -> u64 {
        self.input.offset
    }

    /// Skips the rest of a record that is too long.
    pub(super) fn skip_rest(&mut self) -> Result<(), Stop> {
        if !std::mem::take(&mut self.is_cut) {
            return Ok(());
        }
        let is_value = matches!(self.layout, Layout::Values { .. });
        let ends = self.record.ends_with(b"\n");
        self.record.clear();
        if is_value {
            let skipped = self.values.skip_rest(&mut self.input);
            return skipped.map_err(|fault| self.stop(fault, self.location.number));
        }
        if !ends {
            self.input.skip_line().map_err(Stop::Failed)?;
        }
        Ok(())
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

    /// After an open quote, it is unknown which line begins the next record.
    fn never_closed(&self) -> Stop {
        let location = Location {
            number: self.location.number + 1,
            ..self.location
        };
        Stop::Broken(location, "it has a quote that is never closed".to_owned())
    }

    fn read_value(&mut self, number: u64) -> Result<bool, Stop> {
        let found = self.values.find(&mut self.input);
        let found = found.map_err(|fault| self.stop(fault, number))?;
        self.location.line = self.input.breaks + 1;
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
                let file = self.location.file;
                let line = self.input.breaks + 1;
                Stop::Broken(Location { file, line, number }, reason)
            }
        }
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
            found.push((record.location.line, record.text.map(str::to_owned)));
        }
        assert_eq!(records.position().offset, text.len() as u64);
        found
    }

    fn ok(line: u64, text: &str) -> (u64, Result<String, String>) {
        (line, Ok(text.to_owned()))
    }

    #[test]
    fn every_line_that_is_not_blank_is_a_record() {
        let text = "\u{feff}a\r\n\n \t\r\n\"b\nc";
        let expected = [ok(1, "a"), ok(4, "\"b"), ok(5, "c")];
        assert_eq!(all(text.as_bytes(), Layout::Lines), expected);
        assert_eq!(all("\u{feff}\n".as_bytes(), Layout::Lines), []);
    }

    #[test]
    fn a_line_break_in_quotes_is_part_of_a_csv_record() {
        let text = "a,\"b\nc\"\"\n\"\r\nd\n";
        let expected = [ok(1, "a,\"b\nc\"\"\n\""), ok(4, "d")];
        assert_eq!(all(text.as_bytes(), CSV), expected);
        let text = "a,5\" disk\nb,6\" disk\n";
        let expected = [ok(1, "a,5\" disk"), ok(2, "b,6\" disk")];
        assert_eq!(all(text.as_bytes(), CSV), expected);
    }

    #[test]
    fn a_quote_that_is_never_closed_stops_the_reader_within_bounded_memory() {
        let long = [&b"a\n\"b\n"[..], &vec![b'x'; 2 * MAX_RECORD]].concat();
        for text in [&b"a\n\"b\nc"[..], &long] {
            let mut records = Records::new(text, CSV, b"");
            assert!(records.advance().unwrap());
            let Err(Stop::Broken(location, reason)) = records.advance() else {
                panic!("it continues");
            };
            assert_eq!(
                (location.line, reason.as_str()),
                (2, "it has a quote that is never closed")
            );
        }
    }

    #[test]
    fn invalid_text_and_a_record_that_is_too_long_are_one_bad_record_each() {
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
    fn a_position_is_resumed_only_after_the_same_bytes() {
        let mut records = Records::new(&b"a\nb\nc\n"[..], Layout::Lines, b"");
        assert!(records.advance().unwrap() && records.advance().unwrap());
        let position = records.position();
        let mut appended = Records::new(&b"a\nb\nd\n"[..], Layout::Lines, b"");
        assert!(appended.resume(&position).unwrap());
        assert!(appended.advance().unwrap());
        assert_eq!(appended.record().location.line, 3);
        for other in [&b"a\nX\nc\n"[..], b"a\n"] {
            assert!(
                !Records::new(other, Layout::Lines, b"")
                    .resume(&position)
                    .unwrap()
            );
        }
    }
}
