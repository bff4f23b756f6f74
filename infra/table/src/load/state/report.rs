//! How messages name records and say how much is written.

use std::sync::Arc;

use indicatif::HumanCount;

use crate::load::input::{InputFile, Location, Position};
use crate::load::source::Source;

/// The facts about the source that messages contain.
pub(super) struct Report {
    name: String,
    files: Arc<[InputFile]>,
    /// Whether every record is a line, and lines are counted.
    pub(super) has_lines: bool,
    /// Whether there is a checkpoint.
    has_path: bool,
}

impl Report {
    pub(super) fn new(source: &Source) -> Self {
        Self {
            name: source.opened.name.clone(),
            files: source.opened.stream.files().clone(),
            has_lines: source.opened.has_lines,
            has_path: source.path.is_some(),
        }
    }

    /// A reason with its location, in the form that compilers use.
    pub(super) fn at(&self, location: Location, reason: &str) -> String {
        let file = self.files.get(location.file);
        let name = file.map_or(&self.name, |file| &file.name);
        let line = location.line;
        if self.has_lines || self.is_export() {
            format!("{name}:{line}: {reason}")
        } else {
            format!("{name}:{line}: item {}: {reason}", location.number)
        }
    }

    /// A record that cannot be written.
    pub(super) fn bad(&self, location: Location, reason: &str) -> String {
        let advice = if self.can_be_corrected() {
            "correct it and load the file again to continue there, or pass --skip-bad"
        } else {
            "pass --skip-bad to skip it"
        };
        format!("{}: {advice}", self.at(location, reason))
    }

    /// A place after which no record can be recognised.
    pub(super) fn broken(&self, location: Location, reason: &str) -> String {
        let shown = self.at(location, reason);
        if self.can_be_corrected() {
            format!("{shown}: correct it and load the file again")
        } else {
            shown
        }
    }

    /// The load continues after an earlier one.
    pub(super) fn resumes(&self, done: &Position) -> String {
        let (name, last) = (&self.name, self.last(done));
        format!("{name}: continuing after {last}, where an earlier load ended")
    }

    /// The checkpoint does not fit the file.
    pub(super) fn has_changed(&self) -> String {
        let (name, unit) = (&self.name, self.unit());
        format!("{name}: the file has changed since the last load; starting again from {unit} 1")
    }

    /// The file lacks the last pages of the scan.
    pub(super) fn has_more(&self) -> String {
        let name = &self.name;
        format!(
            "{name}: this file is an incomplete scan (it ends with LastEvaluatedKey or NextToken): the rest of the table is missing"
        )
    }

    /// How much is written when a load ends early.
    pub(super) fn written(&self, done: &Position, continues: bool) -> String {
        let name = &self.name;
        if self.count(done) == 0 {
            return format!("only a part of {name} was written: load it again");
        }
        let last = self.last(done);
        let more = if continues && self.has_path {
            ", and the same command continues from there"
        } else {
            ""
        };
        format!("everything up to {last} of {name} was written{more}")
    }

    /// The number of lines or items up to a position.
    pub(super) fn count(&self, done: &Position) -> u64 {
        if self.has_lines {
            return done.line;
        }
        let before = self.files.iter().take(done.file);
        done.records + before.filter_map(|file| file.items).sum::<u64>()
    }

    /// The last record up to a position: `line 7`.
    fn last(&self, done: &Position) -> String {
        format!("{} {}", self.unit(), HumanCount(self.count(done)))
    }

    fn unit(&self) -> &'static str {
        if self.has_lines { "line" } else { "item" }
    }

    /// Whether the file can be corrected and loaded again, unlike standard input and an export.
    fn can_be_corrected(&self) -> bool {
        self.has_path && !self.is_export()
    }

    /// Whether it is an export to S3. An export of an empty table has no files.
    fn is_export(&self) -> bool {
        self.files.first().is_none_or(|file| file.items.is_some())
    }
}
