//! What is on its way, what has arrived, and up to which line that is everything.

use std::collections::{HashSet, VecDeque};
use std::io;

use deploy::Output;

use super::batches::{BadLine, Batch};
use super::rejected::Rejected;
use super::source::Source;
use super::write::Written;
use super::{Loaded, checkpoint, records::Position};
use crate::item::{Key, Schema};
use crate::progress::Progress;
use crate::{Error, FileError};

pub(super) struct State {
    pub(super) table: String,
    arn: String,
    name: String,
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
    totals: Loaded,
    progress: Progress,
}

/// A batch, and the lines of it that were skipped once it has arrived.
struct Flight {
    end: Position,
    arrived: Option<Vec<BadLine>>,
}

impl State {
    pub(super) fn new(source: &Source, schema: &Schema, skip_bad: bool, output: Output) -> Self {
        let progress = Progress::new(source.size, output);
        if source.resumes {
            let lines = source.begin.line;
            progress.say(&format!(
                "{}: the first {lines} lines are written already: going on from there",
                source.name
            ));
        } else if source.is_other {
            progress.say(&format!(
                "{}: what an earlier load has written was changed in the file since: beginning at the first line",
                source.name
            ));
        }
        let rejected = source.path.as_deref();
        Self {
            table: schema.table.clone(),
            arn: schema.arn.clone(),
            name: source.name.clone(),
            path: source.path.clone(),
            skip_bad,
            rejected: rejected
                .map(|path| Rejected::new(path, source.header.clone(), source.resumes)),
            keys: HashSet::new(),
            flights: VecDeque::new(),
            first: 0,
            done: source.begin.clone(),
            saved: source.begin.clone(),
            totals: Loaded::new(&schema.table, source.begin.line),
            progress,
        }
    }

    pub(super) fn has_key_of(&self, batch: &Batch) -> bool {
        batch.puts.iter().any(|put| self.keys.contains(&put.key))
    }

    /// A batch is sent; gives its number.
    pub(super) fn begin(&mut self, batch: &Batch) -> u64 {
        self.keys
            .extend(batch.puts.iter().map(|put| put.key.clone()));
        self.flights.push_back(Flight {
            end: batch.end.clone(),
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
            return Err(self.stopped(bad));
        }
        let mut bad = std::mem::take(&mut batch.bad);
        bad.extend(written.bad);
        bad.sort_by_key(|bad| bad.line);
        let place = usize::try_from(id - self.first).unwrap_or(usize::MAX);
        if let Some(flight) = self.flights.get_mut(place) {
            flight.arrived = Some(bad);
        }
        while let Some(flight) = self.flights.pop_front_if(|flight| flight.arrived.is_some()) {
            self.first += 1;
            self.skip(&flight.arrived.unwrap_or_default())?;
            self.done = flight.end;
        }
        self.progress
            .update(self.done.offset, self.totals.items, self.done.offset);
        Ok(())
    }

    /// Nothing of a batch is on its way any more.
    pub(super) fn give_up(&mut self, batch: &Batch) {
        for put in &batch.puts {
            self.keys.remove(&put.key);
        }
    }

    fn skip(&mut self, lines: &[BadLine]) -> Result<(), Error> {
        for bad in lines {
            self.progress.say(&bad.shown(&self.name));
            self.totals.skipped += 1;
            if let Some(rejected) = &mut self.rejected {
                let added = rejected.add(&bad.raw);
                added.map_err(|err| FileError::new("write", &rejected.path, err))?;
                self.totals.rejected = Some(rejected.path.display().to_string());
            }
        }
        Ok(())
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

    pub(super) fn stopped(&self, bad: &BadLine) -> Error {
        let way_out = if self.path.is_some() {
            "mend it and load the file again, which goes on there, or pass --skip-bad"
        } else {
            "pass --skip-bad to go on past such lines"
        };
        Error::BadLine(format!(
            "{}; the lines before it are written: {way_out}",
            bad.shown(&self.name)
        ))
    }

    pub(super) fn unreadable(&self, err: io::Error) -> Error {
        FileError::new("read", self.name.as_ref(), err).into()
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
            (Err(err @ Error::BadLine(_)), _) => {
                self.save()?;
                return Err(err);
            }
            (Err(err), _) => {
                self.save()?;
                let lines = self.done.line;
                return Err(Error::Unfinished {
                    cause: Box::new(err),
                    name: self.name,
                    lines,
                    resumes: self.path.is_some(),
                });
            }
        }
        Ok(self.totals)
    }
}

impl BadLine {
    /// As compilers say it.
    pub(super) fn shown(&self, file: &str) -> String {
        format!("{file}:{}: {}", self.line, self.reason)
    }
}
