use std::path::PathBuf;

use deploy::Output;

use super::in_flight::InFlight;
use super::rejected::{Rejected, on_one_line};
use super::report::Report;
use crate::item::Schema;
use crate::load::batches::{BadRecord, Batch, End, Written};
use crate::load::input::{Location, Position};
use crate::load::source::Source;
use crate::load::{Loaded, checkpoint};
use crate::progress::Progress;
use crate::{Error, FileError};

/// Tracks the batches, and up to which record everything is written.
pub(crate) struct Tracker {
    pub(crate) table: String,
    arn: String,
    path: Option<PathBuf>,
    skip_bad: bool,
    rejected: Option<Rejected>,
    in_flight: InFlight,
    /// Everything before this is written.
    done: Position,
    /// The position in the checkpoint.
    saved: Position,
    /// The record that stopped the load.
    stopped_at: Option<Location>,
    totals: Loaded,
    report: Report,
    progress: Progress,
}

impl Tracker {
    pub(crate) fn new(source: &Source, schema: &Schema, skip_bad: bool, output: Output) -> Self {
        let opened = &source.opened;
        let rejected = source
            .path
            .as_deref()
            .map(|path| Rejected::new(path, opened.header.clone(), source.resumes));
        let mut tracker = Self {
            table: schema.table.clone(),
            arn: schema.arn.clone(),
            path: source.path.clone(),
            skip_bad,
            rejected,
            in_flight: InFlight::default(),
            done: source.begin.clone(),
            saved: source.begin.clone(),
            stopped_at: None,
            totals: Loaded::new(&schema.table),
            report: Report::new(source),
            progress: Progress::new(opened.size, output),
        };
        if source.resumes {
            tracker.totals.lines_before = tracker.report.count(&tracker.done);
            tracker.progress.say(&tracker.report.resumes(&tracker.done));
        } else if source.has_changed {
            tracker.progress.say(&tracker.report.has_changed());
        }
        tracker
    }

    pub(crate) fn has_key_of(&self, batch: &Batch) -> bool {
        self.in_flight.has_key_of(batch)
    }

    /// A batch is sent; returns its number.
    pub(crate) fn begin(&mut self, batch: &Batch) -> u64 {
        self.in_flight.add(batch)
    }

    /// A batch is written.
    pub(crate) fn finish(&mut self, id: u64, batch: Batch, written: Written) -> Result<(), Error> {
        self.in_flight.release(&batch);
        self.add(&written, batch.replaced);
        if let Some(bad) = written.bad.first().filter(|_| !self.skip_bad) {
            return Err(self.stopped(bad.location, &bad.reason));
        }
        let mut bad = batch.bad;
        bad.extend(written.bad);
        bad.sort_by_key(|bad| bad.location);
        self.in_flight.arrived(id, bad);
        while let Some(done) = self.in_flight.next_done() {
            self.skip(&done.bad)?;
            self.done = done.end;
            self.progress
                .update(done.read, self.totals.items, done.read);
        }
        Ok(())
    }

    /// A batch has failed.
    pub(crate) fn give_up(&mut self, batch: &Batch) {
        self.in_flight.release(batch);
    }

    /// Reading has ended; returns the error if the load has to stop.
    pub(crate) fn ended(&mut self, end: End) -> Option<Error> {
        match end {
            End::HasMore => {
                self.progress.say(&self.report.has_more());
                None
            }
            End::Bad(bad) => Some(self.stopped(bad.location, &bad.reason)),
            End::Broken(location, reason) => {
                self.stopped_at.get_or_insert(location);
                Some(Error::BadLine(self.report.broken(location, &reason)))
            }
            End::Failed(name, err) => Some(FileError::new("read", name.as_ref(), err).into()),
        }
    }

    /// Saves the checkpoint.
    pub(crate) fn save(&mut self) -> Result<(), Error> {
        if let Some(path) = self.path.as_deref().filter(|_| self.done != self.saved) {
            let saved = checkpoint::write(path, &self.arn, &self.done);
            saved.map_err(|err| FileError::new("write", &checkpoint::path(path), err))?;
            self.saved = self.done.clone();
        }
        Ok(())
    }

    /// Ends the load: removes the checkpoint, or saves it if the load failed.
    pub(crate) fn end(mut self, result: Result<(), Error>) -> Result<Loaded, Error> {
        self.totals.seconds = self.progress.end().as_secs_f64();
        if let Err(cause) = result {
            self.save()?;
            return Err(Error::Unfinished {
                written: self.written(&cause),
                cause: Box::new(cause),
            });
        }
        if let Some(path) = &self.path {
            let removed = checkpoint::remove(path);
            removed.map_err(|err| FileError::new("remove", &checkpoint::path(path), err))?;
        }
        Ok(self.totals)
    }

    /// The error for a record that cannot be written.
    fn stopped(&mut self, location: Location, reason: &str) -> Error {
        self.stopped_at.get_or_insert(location);
        Error::BadLine(self.report.bad(location, reason))
    }

    fn add(&mut self, written: &Written, replaced: u64) {
        self.totals.items += written.items;
        self.totals.deleted += written.deleted;
        self.totals.replaced += replaced;
        self.totals.write_capacity += written.capacity;
        self.totals.retries += written.retries;
    }

    fn skip(&mut self, records: &[BadRecord]) -> Result<(), Error> {
        for bad in records {
            self.progress
                .say(&self.report.at(bad.location, &bad.reason));
            self.totals.skipped += 1;
            if let Some(rejected) = &mut self.rejected {
                let added = if self.report.has_lines {
                    rejected.add(&bad.raw)
                } else {
                    rejected.add(&on_one_line(bad.raw.trim_ascii_end()))
                };
                added.map_err(|err| FileError::new("write", &rejected.path, err))?;
                self.totals.rejected = Some(rejected.path.display().to_string());
            }
        }
        Ok(())
    }

    /// How much is written when a load ends early.
    fn written(&self, cause: &Error) -> String {
        let Loaded {
            items,
            deleted,
            lines_before,
            ..
        } = self.totals;
        if items + deleted + lines_before == 0 {
            return "nothing was written".to_owned();
        }
        if self.stopped_at.is_some_and(|at| self.is_next(at)) {
            return "everything before it was written".to_owned();
        }
        let continues = !matches!(cause, Error::BadLine(_));
        self.report.written(&self.done, continues)
    }

    /// Whether all batches before this record are written.
    fn is_next(&self, at: Location) -> bool {
        let first = self.in_flight.first_end();
        first.is_none_or(|end| (end.file, end.records) >= (at.file, at.number))
    }
}
