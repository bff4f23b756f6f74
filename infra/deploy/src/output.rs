use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::render::shown::{visible, visible_json};

/// Where progress and results go.
///
/// Progress is for people and goes to standard error; results go to standard output, so that they
/// can be piped. A reader that has gone away is no reason to stop half-way through a deployment,
/// so errors of writing are ignored.
///
/// Control characters other than line breaks and tabs are printed visibly, as [`Shown`] does. It
/// cannot tell whose a line break is: a value from outside is put into a text as [`Shown`].
///
/// [`Shown`]: crate::render::Shown
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
            print(io::stderr(), text);
        }
    }

    /// Prints what came of it, in words.
    pub fn result(self, text: &str) {
        match self {
            Self::Quiet => {}
            Self::Lines => print(io::stdout(), text),
            Self::Json => self.progress(text),
        }
    }

    /// Prints what came of it, in words or as JSON.
    pub fn show<T: Display + Serialize>(self, result: &T) {
        match self {
            Self::Quiet => {}
            Self::Lines => print(io::stdout(), &result.to_string()),
            // What is shown are structs with names for keys, which always can be JSON.
            Self::Json => {
                let json = serde_json::to_string_pretty(result).unwrap_or_default();
                print(io::stdout(), &visible_json(&json));
            }
        }
    }
}

/// Standard output for data, of which whole lines are written: exact in a pipe or a file, and as
/// [`Shown`](crate::render::Shown) on a terminal.
#[must_use]
pub fn data() -> Box<dyn Write + Send> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        Box::new(OnTerminal(stdout))
    } else {
        Box::new(stdout)
    }
}

struct OnTerminal<W>(W);

impl<W: Write> Write for OnTerminal<W> {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        // CSV ends its lines in both.
        let text = String::from_utf8_lossy(lines).replace("\r\n", "\n");
        self.0.write_all(visible(&text).as_bytes())?;
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The one door: whatever a text still holds, a terminal shows it.
fn print(mut to: impl Write, text: &str) {
    let _ = writeln!(to, "{}", visible(text.trim_end()));
}
