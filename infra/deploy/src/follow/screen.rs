//! The terminal or log on which an operation is shown.

use std::io::{self, IsTerminal};

use dialoguer::console::{Term, style, truncate_str};

use crate::Output;
use crate::render::{DONE, FAILED, Shown};

/// Shows lines that stay and, on a terminal, a tree below them that is redrawn.
#[derive(Debug)]
pub(super) struct Screen {
    output: Output,
    terminal: Option<Term>,
    drawn: usize,
}

impl Screen {
    pub(super) fn new(output: Output) -> Self {
        let is_live = output == Output::Lines && io::stderr().is_terminal();
        Self {
            output,
            terminal: is_live.then(Term::buffered_stderr),
            drawn: 0,
        }
    }

    /// Whether the tree can be drawn.
    pub(super) fn is_live(&self) -> bool {
        self.terminal.is_some()
    }

    /// The number of rows that the tree may take.
    pub(super) fn rows(&self) -> usize {
        self.terminal
            .as_ref()
            .map_or(0, |terminal| usize::from(terminal.size().0) / 2)
    }

    /// Prints a line that stays.
    pub(super) fn line(&mut self, text: &str) {
        self.clear();
        match &self.terminal {
            // If the terminal is gone, the operation is followed all the same.
            Some(terminal) => {
                let _ = terminal
                    .write_line(&line(text, width(terminal)))
                    .and_then(|()| terminal.flush());
            }
            None => self.output.progress(&Shown(text).to_string()),
        }
    }

    /// Draws the tree in place of the previous one.
    pub(super) fn draw(&mut self, lines: &[String]) {
        self.clear();
        let Some(terminal) = &self.terminal else {
            return;
        };
        for line in lines {
            let _ = terminal.write_line(&row(line, width(terminal)));
        }
        let _ = terminal.flush();
        self.drawn = lines.len();
    }

    /// Removes the tree.
    pub(super) fn clear(&mut self) {
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

/// The number of columns in which a line does not wrap.
fn width(terminal: &Term) -> usize {
    usize::from(terminal.size().1).saturating_sub(1)
}

/// A line that stays, as printed on the terminal. Only a failure may take more than one row.
fn line(text: &str, width: usize) -> String {
    let text = if text.starts_with(DONE) {
        row(text, width)
    } else {
        Shown(text).to_string()
    };
    coloured(&text)
}

/// One row. Colours are added later, since only visible characters count for the width.
fn row(text: &str, width: usize) -> String {
    truncate_str(&Shown(text).to_string(), width, "…").into_owned()
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

#[cfg(test)]
mod tests {
    use dialoguer::console::set_colors_enabled_stderr;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mark_has_its_colour() {
        set_colors_enabled_stderr(true);
        assert_eq!(line("✔ VPC", 9), "\u{1b}[32m✔\u{1b}[0m VPC");
        assert_eq!(line("✖ a\nb", 2), "\u{1b}[31m✖\u{1b}[0m a\\nb");
    }

    proptest! {
        #[test]
        fn only_our_own_colours_reach_the_terminal(text in ".{0,40}", width in 1..100_usize) {
            set_colors_enabled_stderr(true);
            for mark in ["", DONE, FAILED] {
                let line = line(&format!("{mark}{text}\u{1b}[2J\r\n✅  forged"), width);
                let plain = ["\u{1b}[32m", "\u{1b}[31m", "\u{1b}[0m"]
                    .iter()
                    .fold(line.clone(), |line, colour| line.replacen(colour, "", 1));
                prop_assert!(!plain.contains(char::is_control), "{line:?}");
            }
            let row = row(&format!("{text}\u{1b}[2J\n"), width);
            prop_assert!(!row.contains(char::is_control), "{row:?}");
        }
    }
}
