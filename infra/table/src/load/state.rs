//! What is on its way, what has arrived, and up to which record that is everything.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use deploy::Output;

use super::batches::{BadRecord, Batch};
use super::records::{Place, Position};
use super::rejected::{Rejected, on_one_line};
use super::source::Source;
use super::stream::Part;
use super::write::Written;
use super::{Loaded, checkpoint};
use crate::item::{Key, Schema};
use crate::progress::Progress;
use crate::{Error, FileError};

pub(super) struct State {
    pub(super) table: String,
    arn: String,
    name: String,
    parts: Arc<[Part]>,
    /// Whether a line is a record, and is what is counted.
    has_lines: bool,
    path: Option<std::path::PathBuf>,
    skip_bad: bool,
    rejected: Option<Rejected>,
    /// The keys of what is on its way.
    keys: HashSet<Key>,
    /// What was sent and not known to be written in full up to there, in the order of the file.
    flights: VecDeque<Flight>,
    first: u64,
    /// Up to where everything is written, and up to where that is kept.
    done: Position,
    saved: Position,
    /// The record that has ended the load.
    stopped: Option<Place>,
    totals: Loaded,
    progress: Progress,
}

/// A batch, and the records of it that were skipped once it has arrived.
struct Flight {
    end: Position,
    read: u64,
    arrived: Option<Vec<BadRecord>>,
}

impl State {
    pub(super) fn new(source: &Source, schema: &Schema, skip_bad: bool, output: Output) -> Self {
        let opened = &source.opened;
        let rejected = source.path.as_deref();
        let mut state = Self {
            table: schema.table.clone(),
            arn: schema.arn.clone(),
            name: opened.name.clone(),
            parts: opened.stream.parts().clone(),
            has_lines: opened.has_lines,
            path: source.path.clone(),
            skip_bad,
            rejected: rejected
                .map(|path| Rejected::new(path, opened.header.clone(), source.resumes)),
            keys: HashSet::new(),
            flights: VecDeque::new(),
            first: 0,
            done: source.begin.clone(),
            saved: source.begin.clone(),
            stopped: None,
            totals: Loaded::new(&schema.table),
            progress: Progress::new(opened.size, output),
        };
        let name = &state.name;
        if source.resumes {
            state.totals.lines_before = state.count();
            let first = state.first_records();
            let said = format!("{name}: {first} are written already: going on from there");
            state.progress.say(&said);
        } else if source.is_other {
            state.progress.say(&format!(
                "{name}: what an earlier load has written was changed in the file since: beginning at the first line"
            ));
        }
        state
    }

    pub(super) fn has_key_of(&self, batch: &Batch) -> bool {
        let mut writes = batch.writes.iter();
        writes.any(|write| self.keys.contains(&write.key))
    }

    /// A batch is sent; gives its number.
    pub(super) fn begin(&mut self, batch: &Batch) -> u64 {
        let keys = batch.writes.iter().map(|write| write.key.clone());
        self.keys.extend(keys);
        self.flights.push_back(Flight {
            end: batch.end.clone(),
            read: batch.read,
            arrived: None,
        });
        self.first + self.flights.len() as u64 - 1
    }

    /// A batch has arrived.
    pub(super) fn finish(
        &mut self,
        id: u64,
        mut batch: Batch,
        written: Written,
    ) -> Result<(), Error> {
        self.give_up(&batch);
        self.totals.add(&written, batch.replaced);
        if let Some(bad) = written.bad.first().filter(|_| !self.skip_bad) {
            return Err(self.stopped(bad.place, &bad.reason));
        }
        let mut bad = std::mem::take(&mut batch.bad);
        bad.extend(written.bad);
        bad.sort_by_key(|bad| bad.place);
        let place = usize::try_from(id - self.first).unwrap_or(usize::MAX);
        if let Some(flight) = self.flights.get_mut(place) {
            flight.arrived = Some(bad);
        }
        while let Some(flight) = self.flights.pop_front_if(|flight| flight.arrived.is_some()) {
            self.first += 1;
            self.skip(&flight.arrived.unwrap_or_default())?;
            self.done = flight.end;
            self.progress
                .update(flight.read, self.totals.items, flight.read);
        }
        Ok(())
    }

    /// Nothing of a batch is on its way any more.
    pub(super) fn give_up(&mut self, batch: &Batch) {
        for write in &batch.writes {
            self.keys.remove(&write.key);
        }
    }

    fn skip(&mut self, records: &[BadRecord]) -> Result<(), Error> {
        for bad in records {
            self.progress.say(&self.shown(bad.place, &bad.reason));
            self.totals.skipped += 1;
            if let Some(rejected) = &mut self.rejected {
                let added = if self.has_lines {
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

    pub(super) fn has_more(&self) {
        self.progress.say(&format!(
            "{}: the scan was not at the end of its table: what follows its last key is in no page of the file",
            self.name
        ));
    }

    /// Keeps how far everything is written.
    pub(super) fn save(&mut self) -> Result<(), Error> {
        if let Some(path) = self.path.as_deref().filter(|_| self.done != self.saved) {
            let saved = checkpoint::write(path, &self.arn, &self.done);
            saved.map_err(|err| FileError::new("write", &checkpoint::path(path), err))?;
            self.saved = self.done.clone();
        }
        Ok(())
    }

    /// The load ends at a record that cannot be written.
    pub(super) fn stopped(&mut self, place: Place, reason: &str) -> Error {
        let way_out = if self.path.is_some() && !self.is_export() {
            "mend it and load the file again, which goes on there, or pass --skip-bad"
        } else {
            "pass --skip-bad to go on past it"
        };
        self.stopped.get_or_insert(place);
        Error::BadLine(format!("{}: {way_out}", self.shown(place, reason)))
    }

    /// The load ends where no record can be told from the next.
    pub(super) fn broken(&mut self, place: Place, reason: &str) -> Error {
        self.stopped.get_or_insert(place);
        let shown = self.shown(place, reason);
        if self.path.is_some() && !self.is_export() {
            return Error::BadLine(format!("{shown}: mend it and load the file again"));
        }
        Error::BadLine(shown)
    }

    /// What came of it.
    pub(super) fn end(mut self, result: Result<(), Error>) -> Result<Loaded, Error> {
        self.totals.took(self.progress.end());
        match (result, &self.path) {
            (Ok(()), Some(path)) => {
                let removed = checkpoint::remove(path);
                removed.map_err(|err| FileError::new("remove", &checkpoint::path(path), err))?;
            }
            (Ok(()), None) => {}
            (Err(cause), _) => {
                self.save()?;
                return Err(Error::Unfinished {
                    written: self.written(&cause),
                    cause: Box::new(cause),
                });
            }
        }
        Ok(self.totals)
    }

    /// How much is written when a load ends early.
    fn written(&self, cause: &Error) -> String {
        let Loaded {
            items,
            deleted,
            lines_before,
            ..
        } = self.totals;
        let is_begun = items + deleted + lines_before > 0;
        // All batches before that of the record have arrived.
        let is_next = |place: Place| {
            let first = self.flights.front().map(|flight| &flight.end);
            first.is_none_or(|end| (end.file, end.records) >= (place.file, place.number))
        };
        let goes_on = match cause {
            Error::BadLine(_) => "",
            _ if self.path.is_some() => ", and the same command goes on from there",
            _ => "",
        };
        match self.count() {
            _ if !is_begun => "nothing is written".to_owned(),
            _ if self.stopped.is_some_and(is_next) => {
                "all that stands before it is written".to_owned()
            }
            0 => format!("only a part of {} is written: load it again", self.name),
            _ => format!(
                "{} of {} are written{goes_on}",
                self.first_records(),
                self.name
            ),
        }
    }

    /// As in a sentence: how much is written from the begin on.
    fn first_records(&self) -> String {
        let unit = if self.has_lines { "lines" } else { "items" };
        format!("the first {} {unit}", self.count())
    }

    fn count(&self) -> u64 {
        if self.has_lines {
            return self.done.line;
        }
        let before = self.parts.iter().take(self.done.file);
        self.done.records + before.filter_map(|part| part.items).sum::<u64>()
    }

    /// Whether it is an export to S3, whose files nobody mends.
    fn is_export(&self) -> bool {
        self.parts.first().is_none_or(|part| part.items.is_some())
    }

    /// As compilers say it.
    fn shown(&self, place: Place, reason: &str) -> String {
        let name = self
            .parts
            .get(place.file)
            .map_or(&self.name, |part| &part.name);
        let line = place.line;
        if self.has_lines || self.is_export() {
            format!("{name}:{line}: {reason}")
        } else {
            format!("{name}:{line}: item {}: {reason}", place.number)
        }
    }
}
