//! The records of one file, one at a time, so that the file can be larger than the memory.

#[cfg(test)]
mod tests;

use std::io::{self, BufRead};

use crate::item::Reason;
use crate::load::input::Layout;
use crate::load::input::position::{Location, Position};
use crate::load::input::quotes::Quotes;
use crate::load::input::record::{MAX_RECORD, Record};
use crate::load::input::token::Fault;
use crate::load::input::tracked::Tracked;
use crate::load::input::values::Values;

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
    pub(crate) fn number_file(&mut self, file: usize) {
        self.location.file = file;
    }

    /// The current record was the header of CSV, which does not count as a record.
    pub(crate) fn pass_header(&mut self, delimiter: char) {
        let delimiter = u8::try_from(delimiter).ok();
        self.layout = Layout::Csv { delimiter };
        self.location.number = 0;
    }

    /// Whether the last page says that the scan continues after it.
    pub(crate) fn has_more(&self) -> bool {
        self.values.has_more
    }

    pub(crate) fn offset(&self) -> u64 {
        self.input.offset
    }

    /// Skips the rest of a record that is too long.
    pub(crate) fn skip_rest(&mut self) -> Result<(), Stop> {
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
