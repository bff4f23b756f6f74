use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

/// Where progress and results go.
///
/// Progress is for people and goes to standard error; results go to standard output, so that they
/// can be piped. A reader that has gone away is no reason to stop half-way through a deployment,
/// so errors of writing are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// Nothing is printed.
    #[default]
    Quiet,
    /// Everything is printed, line by line.
    Lines,
    /// The result is JSON, for a program; what else there is to say is progress.
    Json,
}

impl Output {
    /// Prints what is going on.
    pub fn progress(self, text: &str) {
        if self != Self::Quiet {
            let _ = writeln!(io::stderr(), "{}", text.trim_end());
        }
    }

    /// Prints what came of it, in words.
    pub fn result(self, text: &str) {
        match self {
            Self::Quiet => {}
            Self::Lines => line(text),
            Self::Json => self.progress(text),
        }
    }

    /// Prints what came of it, in words or as JSON.
    pub fn show<T: Display + Serialize>(self, result: &T) {
        match self {
            Self::Quiet => {}
            Self::Lines => line(&result.to_string()),
            // What is shown are structs with names for keys, which always can be JSON.
            Self::Json => line(&serde_json::to_string_pretty(result).unwrap_or_default()),
        }
    }
}

fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{}", text.trim_end());
}
