//! An explanation as text.

use std::fmt;

use super::Explanation;

/// How the texts end, by which the command recognises them.
pub(super) const OPEN: &str = "It gets through.";
pub(super) const STOPPED: &str = "It is stopped.";

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n", self.title)?;
        for hop in &self.passed {
            writeln!(formatter, "  ✓ {hop}")?;
        }
        match &self.blocked {
            None => writeln!(formatter, "\n{OPEN}"),
            Some(blocked) => {
                writeln!(formatter, "  ✗ {}", blocked.why)?;
                writeln!(formatter, "\n{STOPPED} {}", blocked.remedy)
            }
        }
    }
}
