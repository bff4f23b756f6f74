use std::io::{self, Write};

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
}

impl Output {
    /// Prints what is going on.
    pub fn progress(self, text: &str) {
        if self == Self::Lines {
            let _ = writeln!(io::stderr(), "{}", text.trim_end());
        }
    }

    /// Prints what came of it.
    pub fn result(self, text: &str) {
        if self == Self::Lines {
            let _ = writeln!(io::stdout(), "{}", text.trim_end());
        }
    }
}
