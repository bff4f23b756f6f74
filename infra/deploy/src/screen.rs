use std::io::{self, IsTerminal};

use dialoguer::console::{Term, style, truncate_str};

use crate::Output;
use crate::render::progress::{DONE, FAILED};

/// Where an operation is shown: lines that stay and, on a terminal, a tree below them that is
/// drawn anew.
#[derive(Debug)]
pub(crate) struct Screen {
    output: Output,
    terminal: Option<Term>,
    drawn: usize,
}

impl Screen {
    pub(crate) fn new(output: Output) -> Self {
        let is_live = output == Output::Lines && io::stderr().is_terminal();
        Self {
            output,
            terminal: is_live.then(Term::buffered_stderr),
            drawn: 0,
        }
    }

    /// Whether the tree can be drawn.
    pub(crate) fn is_live(&self) -> bool {
        self.terminal.is_some()
    }

    /// The rows that the tree may take.
    pub(crate) fn rows(&self) -> usize {
        self.terminal
            .as_ref()
            .map_or(0, |terminal| usize::from(terminal.size().0) / 2)
    }

    /// Prints a line that stays.
    pub(crate) fn line(&mut self, text: &str) {
        self.clear();
        match &self.terminal {
            // A terminal that has gone away is no reason to stop half-way.
            Some(terminal) => {
                // Only a failure is worth more than one row.
                let line = if text.starts_with(DONE) {
                    truncate_str(text, width(terminal), "…")
                } else {
                    text.into()
                };
                let _ = terminal
                    .write_line(&coloured(&line))
                    .and_then(|()| terminal.flush());
            }
            None => self.output.progress(text),
        }
    }

    /// Draws the tree in the place of the one before.
    pub(crate) fn draw(&mut self, lines: &[String]) {
        self.clear();
        let Some(terminal) = &self.terminal else {
            return;
        };
        for line in lines {
            let _ = terminal.write_line(&truncate_str(line, width(terminal), "…"));
        }
        let _ = terminal.flush();
        self.drawn = lines.len();
    }

    /// Takes the tree away.
    pub(crate) fn clear(&mut self) {
        if let Some(terminal) = &self.terminal {
            let _ = terminal
                .clear_last_lines(std::mem::take(&mut self.drawn))
                .and_then(|()| terminal.flush());
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.clear();
    }
}

/// The columns of a line that does not wrap.
fn width(terminal: &Term) -> usize {
    usize::from(terminal.size().1).saturating_sub(1)
}

fn coloured(line: &str) -> String {
    if let Some(rest) = line.strip_prefix(DONE) {
        return format!("{}{rest}", style(DONE).for_stderr().green());
    }
    if let Some(rest) = line.strip_prefix(FAILED) {
        return format!("{}{rest}", style(FAILED).for_stderr().red());
    }
    line.to_owned()
}
