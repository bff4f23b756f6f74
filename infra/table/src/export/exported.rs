use std::fmt;
use std::time::Duration;

use deploy::render::Shown;
use indicatif::{DecimalBytes, HumanCount};
use serde::Serialize;

use crate::count::{count, retries};
use crate::progress::rate;

/// The result of an export.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Exported {
    /// The name of the table.
    pub table: String,
    /// The file.
    pub file: String,
    /// The number of items in it.
    pub items: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The number of items with binary or set values, whose types JSON Lines loses.
    pub untyped: u64,
    /// How long the export took.
    pub seconds: f64,
    /// The consumed read capacity units.
    pub read_capacity: f64,
    /// How many calls were retried.
    pub retries: u64,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (items, bytes) = (count(self.items, "item"), DecimalBytes(self.bytes));
        let rate = HumanCount(rate(self.items, Duration::from_secs_f64(self.seconds)));
        writeln!(
            f,
            "✅  {items} of {} in {} ({bytes}) in {:.1} s ({rate} items/s), {:.1} read capacity units, {}",
            Shown(&self.table),
            Shown(&self.file),
            self.seconds,
            self.read_capacity,
            retries(self.retries)
        )?;
        if self.untyped > 0 {
            let verb = if self.untyped == 1 { "has" } else { "have" };
            writeln!(
                f,
                "{} {verb} binary or set values, which JSON Lines writes as strings and lists; dynamodb-json keeps all types",
                count(self.untyped, "item")
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_item_has_a_singular() {
        let mut exported = Exported {
            table: "t".to_owned(),
            file: "f".to_owned(),
            items: 1,
            bytes: 12,
            untyped: 1,
            seconds: 2.0,
            read_capacity: 0.5,
            retries: 1,
        };
        assert_eq!(
            exported.to_string(),
            "✅  1 item of t in f (12 B) in 2.0 s (0 items/s), 0.5 read capacity units, 1 retry\n\
             1 item has binary or set values, which JSON Lines writes as strings and lists; dynamodb-json keeps all types\n"
        );
        (exported.items, exported.untyped, exported.retries) = (2000, 2, 0);
        assert_eq!(
            exported.to_string(),
            "✅  2,000 items of t in f (12 B) in 2.0 s (1,000 items/s), 0.5 read capacity units, 0 retries\n\
             2 items have binary or set values, which JSON Lines writes as strings and lists; dynamodb-json keeps all types\n"
        );
    }
}
