//! The records of a file, or of all files of an export, one after the other.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::input::{self, Input};
use super::records::{Layout, Place, Position, Record, Records, Stop};

/// One file.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// As a person calls it.
    pub(super) name: String,
    /// `None` is standard input.
    pub(super) path: Option<PathBuf>,
    pub(super) size: Option<u64>,
    /// How many items a manifest says are in it.
    pub(super) items: Option<u64>,
    /// What a manifest says is its MD5.
    pub(super) md5: Option<String>,
}

/// The files, of which one is being read.
pub(super) struct Stream {
    parts: Arc<[Part]>,
    file: usize,
    records: Records<Input>,
    seed: Vec<u8>,
    /// The bytes that were read, packed as they are.
    read: Arc<AtomicU64>,
}

impl Stream {
    /// The one file that is opened already.
    pub(super) fn of_file(part: Part, records: Records<Input>, read: Arc<AtomicU64>) -> Self {
        Self {
            parts: [part].into(),
            file: 0,
            records,
            seed: Vec::new(),
            read,
        }
    }

    /// The files of an export, from one of them on.
    pub(super) fn of_export(parts: Arc<[Part]>, file: usize, seed: Vec<u8>) -> io::Result<Self> {
        let before = parts.iter().take(file).filter_map(|part| part.size).sum();
        let mut stream = Self {
            file: 0,
            records: Records::new(Box::new(io::empty()), Layout::Lines, &seed),
            seed,
            read: Arc::new(AtomicU64::new(before)),
            parts,
        };
        stream.open(file)?;
        Ok(stream)
    }

    pub(super) fn parts(&self) -> &Arc<[Part]> {
        &self.parts
    }

    /// Goes to the next record; says whether there is one.
    pub(super) fn advance(&mut self) -> Result<bool, Stop> {
        while !self.records.advance()? {
            self.ensure_whole()?;
            if self.file + 1 >= self.parts.len() {
                return Ok(false);
            }
            self.open(self.file + 1).map_err(Stop::Failed)?;
        }
        Ok(true)
    }

    /// Whether they are of a scan that was not at its end.
    pub(super) fn has_more(&self) -> bool {
        self.records.has_more()
    }

    /// The record that it stands at.
    pub(super) fn record(&self) -> Record<'_> {
        self.records.record()
    }

    /// Goes past the rest of a record that is too long.
    pub(super) fn pass_rest(&mut self) -> Result<(), Stop> {
        self.records.pass_rest()
    }

    pub(super) fn position(&self) -> Position {
        self.records.position()
    }

    /// Whether it has come as far as this.
    pub(super) fn has_reached(&self, position: &Position) -> bool {
        (self.file, self.records.offset()) >= (position.file, position.offset)
    }

    /// The bytes that were read, packed as they are.
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Goes to a position in this file; says whether what stands before it is the same.
    pub(super) fn resume(&mut self, position: &Position) -> io::Result<bool> {
        self.records.resume(position)
    }

    /// What a person calls the file that is being read.
    pub(super) fn name(&self) -> &str {
        self.parts.get(self.file).map_or("", |part| &part.name)
    }

    fn open(&mut self, file: usize) -> io::Result<()> {
        self.file = file;
        // An export may have no file at all, and an empty one of an empty partition.
        let part = self.parts.get(file).filter(|part| part.size != Some(0));
        let input = match part {
            Some(part) => input::open(part.path.as_deref(), &self.read)?,
            None => Box::new(io::empty()),
        };
        self.records = Records::new(input, Layout::Lines, &self.seed);
        self.records.number_file(file);
        Ok(())
    }

    /// That no item of a file is missing, nor one too many.
    fn ensure_whole(&self) -> Result<(), Stop> {
        let position = self.records.position();
        match self.parts.get(self.file).and_then(|part| part.items) {
            Some(items) if items != position.records => {
                let place = Place {
                    file: self.file,
                    line: position.line + 1,
                    number: position.records + 1,
                };
                let found = position.records;
                let reason = format!(
                    "the file ends after {found} items, where manifest-files.json says {items}: copy the export again"
                );
                Err(Stop::Broken(place, reason))
            }
            _ => Ok(()),
        }
    }
}
