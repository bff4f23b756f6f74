use std::fmt;
use std::time::Duration;

use deploy::render::Shown;
use indicatif::{DecimalBytes, HumanCount};
use serde::Serialize;

use crate::progress::rate;

/// What an export has done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Exported {
    /// The table.
    pub table: String,
    /// The file.
    pub file: String,
    /// The items in it.
    pub items: u64,
    /// Its size.
    pub bytes: u64,
    /// The items with binaries or sets, of which JSON Lines does not say what they are.
    pub untyped: u64,
    /// How long it took.
    pub seconds: f64,
    /// The read capacity units that were consumed.
    pub read_capacity: f64,
    /// How often a call was made again.
    pub retries: u64,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (items, bytes) = (HumanCount(self.items), DecimalBytes(self.bytes));
        let rate = HumanCount(rate(self.items, Duration::from_secs_f64(self.seconds)));
        writeln!(
            f,
            "✅  {items} items of {} in {} ({bytes}) in {:.1} s ({rate} items/s), {:.1} read capacity units, {} retries",
            Shown(&self.table),
            Shown(&self.file),
            self.seconds,
            self.read_capacity,
            self.retries
        )?;
        if self.untyped > 0 {
            let untyped = HumanCount(self.untyped);
            writeln!(
                f,
                "{untyped} items have binaries or sets, which JSON Lines writes as texts and lists: dynamodb-json keeps all types"
            )?;
        }
        Ok(())
    }
}
