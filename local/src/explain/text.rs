//! An explanation as text.

use std::fmt;

use super::Explanation;

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n", self.title)?;
        for hop in &self.passed {
            writeln!(formatter, "  ✓ {hop}")?;
        }
        match &self.blocked {
            None => writeln!(formatter, "\nIt gets through."),
            Some(blocked) => {
                writeln!(formatter, "  ✗ {}", blocked.why)?;
                writeln!(formatter, "\nIt is stopped. {}", blocked.remedy)
            }
        }
    }
}
