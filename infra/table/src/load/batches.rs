//! The lines of a file as batches, read on a thread of its own while others are being sent.

use std::collections::HashMap;
use std::io::{self, BufRead};

use tokio::sync::mpsc::Sender;

use super::records::{Position, Record, Records};
use crate::format::Parser;
use crate::item::{Key, Reason, Schema, check, write_typed_item};

/// What `BatchWriteItem` takes.
const MAX_ITEMS: usize = 25;
/// It takes 16 MB; but what is throttled is sent again, and all that is in flight is in memory.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Lines that follow each other.
#[derive(Debug)]
pub(super) struct Batch {
    /// Each with another key: of several lines with the same one the last.
    pub(super) puts: Vec<Put>,
    /// Lines of which nothing can be written.
    pub(super) bad: Vec<BadLine>,
    /// How many lines were replaced by later ones.
    pub(super) replaced: u64,
    /// Where the last of its lines ends.
    pub(super) end: Position,
}

/// An item that can be written.
#[derive(Debug, Clone)]
pub(super) struct Put {
    pub(super) key: Key,
    pub(super) line: u64,
    /// The item as JSON with types.
    pub(super) json: Vec<u8>,
    /// The line as it stands in the file, to be set aside if DynamoDB refuses the item.
    pub(super) raw: Vec<u8>,
}

/// A line of which nothing can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) line: u64,
    pub(super) reason: Reason,
    pub(super) raw: Vec<u8>,
}

/// What comes from the reader.
pub(super) enum Read {
    Batch(Batch),
    /// Reading ends before this line.
    Stopped(BadLine),
    Failed(io::Error),
}

/// What the reader has to know.
pub(super) struct Reading {
    pub(super) parser: Parser,
    pub(super) schema: Schema,
    pub(super) skip_bad: bool,
}

/// Sends all batches of a file, until there are no more or nobody takes them.
pub(super) fn read_all<R: BufRead>(
    mut records: Records<R>,
    reading: &Reading,
    batches: &Sender<Read>,
) {
    loop {
        let (batch, stop) = read_batch(&mut records, reading);
        let is_last = batch.is_empty();
        let sent = is_last || batches.blocking_send(Read::Batch(batch)).is_ok();
        if let Some(stop) = stop {
            // Nobody is there any more who would care.
            let _ = batches.blocking_send(stop);
            return;
        }
        if is_last || !sent {
            return;
        }
    }
}

/// The next lines, and why reading ends after them, if it does before the end of the file.
fn read_batch<R: BufRead>(records: &mut Records<R>, reading: &Reading) -> (Batch, Option<Read>) {
    let mut batch = Batch::new(records.position());
    let mut places = HashMap::new();
    let mut bytes = 0;
    while batch.puts.len() < MAX_ITEMS && batch.bad.len() < MAX_ITEMS && bytes < MAX_BYTES {
        let read = match records.next() {
            Ok(Some(record)) => reading.read(&record),
            Ok(None) => break,
            Err(err) => return (batch, Some(Read::Failed(err))),
        };
        match read {
            Ok(None) => {}
            Ok(Some(put)) => {
                bytes += put.json.len() + put.raw.len();
                batch.add(put, &mut places);
            }
            Err(bad) if reading.skip_bad => {
                bytes += bad.raw.len();
                batch.bad.push(bad);
            }
            Err(bad) => return (batch, Some(Read::Stopped(bad))),
        }
        batch.end = records.position();
    }
    (batch, None)
}

impl Reading {
    /// The item in a record; an empty line has none.
    fn read(&self, record: &Record<'_>) -> Result<Option<Put>, BadLine> {
        if record
            .text
            .as_ref()
            .is_ok_and(|text| text.trim().is_empty())
        {
            return Ok(None);
        }
        let text = record.text.clone();
        let read = text.and_then(|text| {
            let item = self.parser.parse(text)?;
            let key = check(&item, &self.schema)?;
            let mut json = Vec::with_capacity(2 * text.len());
            write_typed_item(&item, &mut json);
            Ok((key, json))
        });
        let (line, raw) = (record.line, record.raw.to_vec());
        match read {
            Ok((key, json)) => Ok(Some(Put {
                key,
                line,
                json,
                raw,
            })),
            Err(reason) => Err(BadLine { line, reason, raw }),
        }
    }
}

impl Batch {
    fn new(end: Position) -> Self {
        Self {
            puts: Vec::new(),
            bad: Vec::new(),
            replaced: 0,
            end,
        }
    }

    fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.bad.is_empty()
    }

    fn add(&mut self, put: Put, places: &mut HashMap<Key, usize>) {
        if let Some(place) = places.get(&put.key) {
            self.puts[*place] = put;
            self.replaced += 1;
        } else {
            places.insert(put.key.clone(), self.puts.len());
            self.puts.push(put);
        }
    }
}
