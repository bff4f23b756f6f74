//! Records as batches, read on a thread of its own while others are being sent.

use std::collections::HashMap;
use std::io;

use tokio::sync::mpsc::Sender;

use super::newest::Newest;
use super::records::{Place, Position, Record, Stop};
use super::stream::Stream;
use crate::format::Parser;
use crate::item::{Entry, Key, Reason, Schema, check, check_key, write_typed_item};

/// What `BatchWriteItem` takes.
const MAX_ITEMS: usize = 25;
/// It takes 16 MB; but what is throttled is sent again, and all that is in flight is in memory.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Records that follow each other.
#[derive(Debug)]
pub(super) struct Batch {
    /// Each with another key: of several records with the same one the last.
    pub(super) writes: Vec<Write>,
    /// Records of which nothing can be written.
    pub(super) bad: Vec<BadRecord>,
    /// How many records were replaced by later ones.
    pub(super) replaced: u64,
    /// Where the last of its records ends.
    pub(super) end: Position,
    /// How many bytes were read up to there, packed as they are.
    pub(super) read: u64,
}

/// A record that can be written.
#[derive(Debug, Clone)]
pub(super) struct Write {
    pub(super) key: Key,
    pub(super) place: Place,
    /// Whether the item is deleted.
    pub(super) is_delete: bool,
    /// The item, or the key of the one to delete, as JSON with types.
    pub(super) json: Vec<u8>,
    /// The record as it stands in the file, to be set aside if DynamoDB refuses the item.
    pub(super) raw: Vec<u8>,
}

/// A record of which nothing can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadRecord {
    pub(super) place: Place,
    pub(super) reason: Reason,
    pub(super) raw: Vec<u8>,
}

/// What comes from the reader.
pub(super) enum Read {
    Batch(Batch),
    /// All is read, and it is of a scan that was not at its end.
    HasMore,
    /// Reading ends before this record.
    Bad(BadRecord),
    /// Reading ends there, and no option goes past it.
    Broken(Place, Reason),
    /// The file with this name cannot be read any further.
    Failed(String, io::Error),
}

/// What the reader has to know.
pub(super) struct Reading {
    pub(super) stream: Stream,
    pub(super) parser: Parser,
    pub(super) newest: Option<Newest>,
    pub(super) schema: Schema,
    pub(super) skip_bad: bool,
}

impl Reading {
    /// Sends all batches, until there are no more or nobody takes them.
    pub(super) fn send_all(mut self, batches: &Sender<Read>) {
        loop {
            let (batch, stop) = self.batch();
            let is_last = batch.is_empty();
            let sent = is_last || batches.blocking_send(Read::Batch(batch)).is_ok();
            if let Some(stop) = stop {
                // Nobody is there any more who would care.
                let _ = batches.blocking_send(stop);
                return;
            }
            if is_last && self.stream.has_more() {
                let _ = batches.blocking_send(Read::HasMore);
            }
            if is_last || !sent {
                return;
            }
        }
    }

    /// The next records, and why reading ends after them, if it does before the end of the file.
    fn batch(&mut self) -> (Batch, Option<Read>) {
        let mut batch = Batch::new(self.stream.position());
        let stop = self.fill(&mut batch);
        batch.read = self.stream.read();
        (batch, stop)
    }

    fn fill(&mut self, batch: &mut Batch) -> Option<Read> {
        let mut places = HashMap::new();
        let mut bytes = 0;
        while batch.writes.len() < MAX_ITEMS && batch.bad.len() < MAX_ITEMS && bytes < MAX_BYTES {
            match self.stream.advance() {
                Ok(true) => {}
                Ok(false) => break,
                Err(stop) => return Some(self.stopped(stop)),
            }
            match self.record() {
                Ok(Some(write)) => {
                    bytes += write.json.len() + write.raw.len();
                    batch.add(write, &mut places);
                }
                Ok(None) => batch.replaced += 1,
                Err(bad) if self.skip_bad => {
                    bytes += bad.raw.len();
                    batch.bad.push(bad);
                    // The next load would take the rest of it for a record.
                    if let Err(stop) = self.stream.pass_rest() {
                        return Some(self.stopped(stop));
                    }
                }
                Err(bad) => return Some(Read::Bad(bad)),
            }
            batch.end = self.stream.position();
        }
        None
    }

    fn stopped(&self, stop: Stop) -> Read {
        match stop {
            Stop::Broken(place, reason) => Read::Broken(place, reason),
            Stop::Failed(err) => Read::Failed(self.stream.name().to_owned(), err),
        }
    }

    /// What the record says to write, if none that is newer was written before.
    fn record(&mut self) -> Result<Option<Write>, BadRecord> {
        let record = self.stream.record();
        match written(&record, &self.parser, &self.schema) {
            Ok((write, micros)) => {
                let newest = self.newest.as_mut();
                let admits = newest.is_none_or(|newest| newest.admits(&write.key, micros));
                Ok(admits.then_some(write))
            }
            Err(reason) => Err(BadRecord {
                place: record.place,
                reason,
                raw: record.raw.to_vec(),
            }),
        }
    }
}

/// What a record says to write, and when that was written where it comes from.
fn written(
    record: &Record<'_>,
    parser: &Parser,
    schema: &Schema,
) -> Result<(Write, Option<u64>), Reason> {
    let text = record.text.clone()?;
    let Entry {
        item,
        is_delete,
        micros,
    } = parser.parse(text)?;
    let check = if is_delete { check_key } else { check };
    let key = check(&item, schema)?;
    let mut json = Vec::with_capacity(2 * text.len());
    write_typed_item(&item, &mut json);
    let write = Write {
        key,
        place: record.place,
        is_delete,
        json,
        raw: record.raw.to_vec(),
    };
    Ok((write, micros))
}

impl Batch {
    fn new(end: Position) -> Self {
        Self {
            writes: Vec::new(),
            bad: Vec::new(),
            replaced: 0,
            end,
            read: 0,
        }
    }

    fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.bad.is_empty() && self.replaced == 0
    }

    fn add(&mut self, write: Write, places: &mut HashMap<Key, usize>) {
        if let Some(place) = places.get(&write.key) {
            self.writes[*place] = write;
            self.replaced += 1;
        } else {
            places.insert(write.key.clone(), self.writes.len());
            self.writes.push(write);
        }
    }
}
