//! What a person sees of a running operation: lines, and on a terminal a live tree below them.

use std::time::{SystemTime, UNIX_EPOCH};

use super::screen::Screen;
use crate::Output;
use crate::model::{Event, Progress, stack_name};
use crate::render;

/// The progress of an operation on the screen.
#[derive(Debug)]
pub(super) struct View {
    pub(super) progress: Progress,
    stack_id: String,
    screen: Screen,
}

impl View {
    pub(super) fn new(output: Output, stack_id: &str, expected: usize) -> Self {
        Self {
            progress: Progress::new(stack_name(stack_id), expected),
            stack_id: stack_id.to_owned(),
            screen: Screen::new(output),
        }
    }

    /// Whether a person sits at a terminal and can be asked.
    pub(super) fn is_live(&self) -> bool {
        self.screen.is_live()
    }

    /// Shows an event.
    pub(super) fn event(&mut self, event: &Event) {
        let is_of_stack = event.is_of_stack(&self.stack_id);
        self.progress.apply(event, is_of_stack);
        if !self.screen.is_live() {
            self.screen.line(&render::event(event));
        } else if !is_of_stack {
            let line = render::settled_resource(event, self.progress.took(event));
            if let Some(line) = line {
                self.screen.line(&line);
            }
        }
    }

    /// Shows what the observer reports, unless it is the same as before.
    pub(super) fn note(&mut self, note: String) {
        if self.progress.note.as_ref() == Some(&note) {
            return;
        }
        if !self.screen.is_live() {
            let line = render::observer_note(now(), &self.progress.stack, &note);
            self.screen.line(&line);
        }
        self.progress.note = Some(note);
    }

    /// Shows a sentence about the operation.
    pub(super) fn say(&mut self, sentence: &str) {
        self.screen
            .line(&format!("{}: {sentence}", self.progress.stack));
    }

    /// Draws the live tree.
    pub(super) fn draw(&mut self) {
        if self.screen.is_live() {
            let tree = render::tree(&self.progress, now(), self.screen.rows());
            self.screen.draw(&tree);
        }
    }

    /// Removes the live tree.
    pub(super) fn clear(&mut self) {
        self.screen.clear();
    }
}

/// The clock in seconds since 1970, only used to show elapsed time.
fn now() -> i64 {
    // A clock before 1970 shows no elapsed time, which is not a reason to fail.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
