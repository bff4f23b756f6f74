use std::fmt;
use std::time::Duration;

use deploy::render::Shown;
use indicatif::HumanCount;
use serde::Serialize;

use crate::count::{count, retries};
use crate::progress::rate;

/// The result of a load.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Loaded {
    /// The name of the table.
    pub table: String,
    /// The number of items that were written.
    pub items: u64,
    /// The number of items that were deleted, as an incremental export says.
    pub deleted: u64,
    /// The number of records that were not written because a later one has the same key.
    pub replaced: u64,
    /// The number of records that cannot be written.
    pub skipped: u64,
    /// The file with the skipped records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// The number of lines that an earlier load wrote.
    pub lines_before: u64,
    /// How long the load took.
    pub seconds: f64,
    /// The consumed write capacity units.
    pub write_capacity: f64,
    /// How many calls were retried.
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
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = HumanCount(rate(self.items, Duration::from_secs_f64(self.seconds)));
        writeln!(
            f,
            "✅  {} into {} in {:.1} s ({rate} items/s), {}, {}",
            count(self.items, "item"),
            Shown(&self.table),
            self.seconds,
            write_capacity(self.write_capacity),
            retries(self.retries)
        )?;
        if self.deleted > 0 {
            writeln!(f, "{} deleted", were(self.deleted, "item"))?;
        }
        if self.replaced > 0 {
            let records = were(self.replaced, "record");
            writeln!(f, "{records} not written: a later one has the same key")?;
        }
        match (&self.rejected, self.skipped) {
            (_, 0) => Ok(()),
            (Some(path), skipped) => writeln!(
                f,
                "{} skipped: correct {} in {} and load that file",
                were(skipped, "record"),
                if skipped == 1 { "it" } else { "them" },
                Shown(path)
            ),
            (None, skipped) => writeln!(f, "{} skipped", were(skipped, "record")),
        }
    }
}

/// `1 item was`, `2 items were`.
fn were(number: u64, noun: &str) -> String {
    let verb = if number == 1 { "was" } else { "were" };
    format!("{} {verb}", count(number, noun))
}

fn write_capacity(units: f64) -> String {
    let units = format!("{units:.0}");
    let noun = if units == "1" { "unit" } else { "units" };
    format!("{units} write capacity {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_item_has_a_singular() {
        let mut loaded = Loaded::new("t");
        (
            loaded.items,
            loaded.deleted,
            loaded.replaced,
            loaded.skipped,
        ) = (1, 1, 1, 1);
        (loaded.seconds, loaded.write_capacity, loaded.retries) = (0.5, 1.0, 1);
        assert_eq!(
            loaded.to_string(),
            "✅  1 item into t in 0.5 s (2 items/s), 1 write capacity unit, 1 retry\n\
             1 item was deleted\n\
             1 record was not written: a later one has the same key\n\
             1 record was skipped\n"
        );
        (
            loaded.items,
            loaded.deleted,
            loaded.replaced,
            loaded.skipped,
        ) = (0, 2, 2, 2000);
        (loaded.write_capacity, loaded.retries) = (0.0, 0);
        loaded.rejected = Some("a.rejected".to_owned());
        assert_eq!(
            loaded.to_string(),
            "✅  0 items into t in 0.5 s (0 items/s), 0 write capacity units, 0 retries\n\
             2 items were deleted\n\
             2 records were not written: a later one has the same key\n\
             2,000 records were skipped: correct them in a.rejected and load that file\n"
        );
        loaded.skipped = 1;
        let text = loaded.to_string();
        assert!(
            text.contains("1 record was skipped: correct it in a.rejected"),
            "{text}"
        );
    }
}
