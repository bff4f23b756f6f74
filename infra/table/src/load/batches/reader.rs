//! Reads batches on a separate thread, while others are written.

use std::collections::HashMap;
use std::io;

use tokio::sync::mpsc::Sender;

use super::batch::{BadRecord, Batch, Write};
use crate::format::Parser;
use crate::item::{Entry, Reason, Schema, check, check_key, write_typed_item};
use crate::load::input::{Location, Record, Stop, Stream};
use crate::load::source::Newest;

/// The limit of `BatchWriteItem`.
const MAX_ITEMS: usize = 25;
/// `BatchWriteItem` takes 16 MB, but all batches in flight are in memory, and throttled ones are
/// sent again.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// What the reader sends.
pub(crate) enum Message {
    Batch(Batch),
    End(End),
}

/// Why reading ends, if it is not just the end of the file.
pub(crate) enum End {
    /// The file is read, and its last page says that the scan continues.
    HasMore,
    /// Reading stopped at this record.
    Bad(BadRecord),
    /// Reading stopped here, and no option can skip it.
    Broken(Location, Reason),
    /// The file with this name cannot be read further.
    Failed(String, io::Error),
}

/// Reads a source and groups its records into batches.
pub(crate) struct Reader {
    pub(crate) stream: Stream,
    pub(crate) parser: Parser,
    pub(crate) newest: Option<Newest>,
    pub(crate) schema: Schema,
    pub(crate) skip_bad: bool,
}

impl Reader {
    /// Sends all batches, unless the receiver is gone.
    pub(crate) fn send_all(mut self, batches: &Sender<Message>) {
        loop {
            let (batch, end) = self.batch();
            let is_last = batch.is_empty();
            let sent = is_last || batches.blocking_send(Message::Batch(batch)).is_ok();
            let has_more = is_last && self.stream.has_more();
            if let Some(end) = end.or(has_more.then_some(End::HasMore)) {
                // Without a receiver the load has ended already.
                let _ = batches.blocking_send(Message::End(end));
                return;
            }
            if is_last || !sent {
                return;
            }
        }
    }

    /// The next batch, and why reading ends after it, if it does before the end of the file.
    fn batch(&mut self) -> (Batch, Option<End>) {
        let mut batch = Batch::new(self.stream.position());
        let end = self.fill(&mut batch);
        batch.read = self.stream.bytes_read();
        (batch, end)
    }

    fn fill(&mut self, batch: &mut Batch) -> Option<End> {
        let mut places = HashMap::new();
        let mut bytes = 0;
        while batch.writes.len() < MAX_ITEMS && batch.bad.len() < MAX_ITEMS && bytes < MAX_BYTES {
            match self.stream.advance() {
                Ok(true) => {}
                Ok(false) => break,
                Err(stop) => return Some(self.stopped(stop)),
            }
            match self.read() {
                Ok(Some(write)) => {
                    bytes += write.json.len() + write.raw.len();
                    batch.add(write, &mut places);
                }
                Ok(None) => batch.replaced += 1,
                Err(bad) if self.skip_bad => {
                    bytes += bad.raw.len();
                    batch.bad.push(bad);
                    // The position of the batch must not be within a record.
                    if let Err(stop) = self.stream.skip_rest() {
                        return Some(self.stopped(stop));
                    }
                }
                Err(bad) => return Some(End::Bad(bad)),
            }
            batch.end = self.stream.position();
        }
        None
    }

    fn stopped(&self, stop: Stop) -> End {
        match stop {
            Stop::Broken(location, reason) => End::Broken(location, reason),
            Stop::Failed(err) => End::Failed(self.stream.name().to_owned(), err),
        }
    }

    /// The write for the current record; `None` if a newer change of its key came before.
    fn read(&mut self) -> Result<Option<Write>, BadRecord> {
        let record = self.stream.record();
        match parse(&record, &self.parser, &self.schema) {
            Ok((write, micros)) => {
                let newest = self.newest.as_mut();
                let admits = newest.is_none_or(|newest| newest.admits(&write.key, micros));
                Ok(admits.then_some(write))
            }
            Err(reason) => Err(BadRecord {
                location: record.location,
                reason,
                raw: record.raw.to_vec(),
            }),
        }
    }
}

/// The write for a record, and the time of its change if it has one.
fn parse(
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
        location: record.location,
        is_delete,
        json,
        raw: record.raw.to_vec(),
    };
    Ok((write, micros))
}
