use std::fmt;
use std::time::Duration;

use deploy::render::Shown;
use indicatif::HumanCount;
use serde::Serialize;

use super::write::Written;
use crate::progress::rate;

/// What a load has done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Loaded {
    /// The table.
    pub table: String,
    /// The items that were written.
    pub items: u64,
    /// The items that were deleted, as an incremental export says.
    pub deleted: u64,
    /// The lines that were not, since a later one soon after has the same key.
    pub replaced: u64,
    /// The lines that cannot be written.
    pub skipped: u64,
    /// The file in which these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// The lines that an earlier load had written.
    pub lines_before: u64,
    /// How long it took.
    pub seconds: f64,
    /// The write capacity units that were consumed.
    pub write_capacity: f64,
    /// How often a batch was sent again.
    pub retries: u64,
}

impl Loaded {
    pub(super) fn new(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            items: 0,
            deleted: 0,
            replaced: 0,
            skipped: 0,
            rejected: None,
            lines_before: 0,
            seconds: 0.0,
            write_capacity: 0.0,
            retries: 0,
        }
    }

    pub(super) fn add(&mut self, written: &Written, replaced: u64) {
        self.items += written.items;
        self.deleted += written.deleted;
        self.replaced += replaced;
        self.write_capacity += written.capacity;
        self.retries += written.retries;
    }

    pub(super) fn took(&mut self, time: Duration) {
        self.seconds = time.as_secs_f64();
    }
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items = HumanCount(self.items);
        let rate = HumanCount(rate(self.items, Duration::from_secs_f64(self.seconds)));
        writeln!(
            f,
            "✅  {items} items into {} in {:.1} s ({rate} items/s), {:.0} write capacity units, {} retries",
            Shown(&self.table),
            self.seconds,
            self.write_capacity,
            self.retries
        )?;
        if self.deleted > 0 {
            writeln!(f, "{} items were deleted", HumanCount(self.deleted))?;
        }
        if self.replaced > 0 {
            let replaced = HumanCount(self.replaced);
            writeln!(
                f,
                "{replaced} records were not written: a later one has the same key"
            )?;
        }
        match (&self.rejected, self.skipped) {
            (_, 0) => Ok(()),
            (Some(path), skipped) => {
                let path = Shown(path);
                writeln!(
                    f,
                    "{} lines were skipped: {path} has them, to be mended and loaded",
                    HumanCount(skipped)
                )
            }
            (None, skipped) => writeln!(f, "{} lines were skipped", HumanCount(skipped)),
        }
    }
}
