use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::render::{visible, visible_json};

/// Where progress and results go.
///
/// Progress is for people and goes to standard error. Results go to standard output, to be piped.
/// Errors of writing are ignored: a deployment does not stop half-way because its reader is gone.
///
/// Control characters other than line breaks and tabs are printed visibly, as by [`Shown`]. Line
/// breaks in values from outside must be made visible before, with [`Shown`].
///
/// [`Shown`]: crate::render::Shown
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// Nothing is printed.
    #[default]
    Quiet,
    /// Everything is printed, line by line.
    Lines,
    /// The result is printed as JSON, for a program; everything else as progress.
    Json,
}

impl Output {
    /// Prints progress.
    pub fn progress(self, text: &str) {
        if self != Self::Quiet {
            print(io::stderr(), text);
        }
    }

    /// Prints a result in words.
    pub fn result(self, text: &str) {
        match self {
            Self::Quiet => {}
            Self::Lines => print(io::stdout(), text),
            Self::Json => self.progress(text),
        }
    }

    /// Prints a result, in words or as JSON.
    ///
    /// # Panics
    ///
    /// If the result cannot be JSON, such as a map whose keys are no texts.
    pub fn show<T: Display + Serialize>(self, result: &T) {
        match self {
            Self::Quiet => {}
            Self::Lines => print(io::stdout(), &result.to_string()),
            Self::Json => {
                let json = serde_json::to_string_pretty(result);
                let json = json.expect("structs with names for keys can be JSON");
                print(io::stdout(), &visible_json(&json));
            }
        }
    }
}

/// Standard output for data, written in whole lines: exact in a pipe or a file, and with visible
/// control characters on a terminal.
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
        // The lines of CSV end in both characters.
        let text = String::from_utf8_lossy(lines).replace("\r\n", "\n");
        self.0.write_all(visible(&text).as_bytes())?;
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Prints a text; all printing goes through here, so that a terminal never obeys a text.
fn print(mut to: impl Write, text: &str) {
    let _ = writeln!(to, "{}", visible(text.trim_end()));
}
