//! The records of a file, or of all files of an export in their order.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::file::InputFile;
use super::open::{Input, open};
use super::position::{Location, Position};
use super::records::{Records, Stop};
use super::{Layout, Record};
use crate::count::count;

/// Reads one file after the other.
pub(crate) struct Stream {
    files: Arc<[InputFile]>,
    /// The number of the current file.
    current: usize,
    records: Records<Input>,
    seed: Vec<u8>,
    /// The bytes that were read, compressed as they are.
    read: Arc<AtomicU64>,
}

impl Stream {
    /// One file that is open already.
    pub(crate) fn of_file(file: InputFile, records: Records<Input>, read: Arc<AtomicU64>) -> Self {
        Self {
            files: [file].into(),
            current: 0,
            records,
            seed: Vec::new(),
            read,
        }
    }

    /// The files of an export, beginning with the one at `from`.
    pub(crate) fn of_export(
        files: Arc<[InputFile]>,
        from: usize,
        seed: Vec<u8>,
    ) -> io::Result<Self> {
        let before = files.iter().take(from).filter_map(|file| file.size).sum();
        let mut stream = Self {
            current: 0,
            records: Records::new(Box::new(io::empty()), Layout::Lines, &seed),
            seed,
            read: Arc::new(AtomicU64::new(before)),
            files,
        };
        stream.open(from)?;
        Ok(stream)
    }

    pub(crate) fn files(&self) -> &Arc<[InputFile]> {
        &self.files
    }

    /// Goes to the next record, and returns whether there is one.
    pub(crate) fn advance(&mut self) -> Result<bool, Stop> {
        while !self.records.advance()? {
            self.ensure_whole()?;
            if self.current + 1 >= self.files.len() {
                return Ok(false);
            }
            self.open(self.current + 1).map_err(Stop::Failed)?;
        }
        Ok(true)
    }

    /// Whether the last page says that the scan continues after it.
    pub(crate) fn has_more(&self) -> bool {
        self.records.has_more()
    }

    /// The current record.
    pub(crate) fn record(&self) -> Record<'_> {
        self.records.record()
    }

    /// Skips the rest of a record that is too long.
    pub(crate) fn skip_rest(&mut self) -> Result<(), Stop> {
        self.records.skip_rest()
    }

    /// The position after the current record.
    pub(crate) fn position(&self) -> Position {
        self.records.position()
    }

    /// Whether this position is reached.
    pub(crate) fn has_reached(&self, position: &Position) -> bool {
        (self.current, self.records.offset()) >= (position.file, position.offset)
    }

    /// The bytes that were read, compressed as they are.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Goes to a position in the current file, and returns whether the same bytes are before it.
    pub(crate) fn resume(&mut self, position: &Position) -> io::Result<bool> {
        self.records.resume(position)
    }

    /// The name of the current file, as messages show it.
    pub(crate) fn name(&self) -> &str {
        self.files.get(self.current).map_or("", |file| &file.name)
    }

    fn open(&mut self, number: usize) -> io::Result<()> {
        self.current = number;
        // An export of an empty table can have no files, or empty ones, which are not valid gzip.
        let file = self.files.get(number).filter(|file| file.size != Some(0));
        let input = match file {
            Some(file) => open(file.path.as_deref(), &self.read)?,
            None => Box::new(io::empty()),
        };
        self.records = Records::new(input, Layout::Lines, &self.seed);
        self.records.number_file(number);
        Ok(())
    }

    /// Ensures that the file has as many items as its manifest says.
    fn ensure_whole(&self) -> Result<(), Stop> {
        let position = self.records.position();
        match self.files.get(self.current).and_then(|file| file.items) {
            Some(items) if items != position.records => {
                let location = Location {
                    file: self.current,
                    line: position.line + 1,
                    number: position.records + 1,
                };
                let reason = format!(
                    "the file has {}, but manifest-files.json says {items}: copy the export again",
                    count(position.records, "item")
                );
                Err(Stop::Broken(location, reason))
            }
            _ => Ok(()),
        }
    }
}
