//! The progress of a load or an export: a bar on a terminal, else a line every ten seconds.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use deploy::Output;
use deploy::render::Shown;
use indicatif::{DecimalBytes, FormattedDuration, HumanCount, ProgressBar, ProgressStyle};

use crate::count::count;

const BAR: &str = "{bar:30} {percent}%  {msg}  {eta} left";
const COUNTER: &str = "{spinner} {msg}";
const LINE_EVERY: Duration = Duration::from_secs(10);
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// A progress bar, or lines in its place.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    output: Output,
    started: Instant,
    shown: Instant,
}

impl Progress {
    /// `total` is the position at the end, if it is known.
    pub(crate) fn new(total: Option<u64>, output: Output) -> Self {
        let on_terminal = output != Output::Quiet && std::io::stderr().is_terminal();
        let (bar, template) = match total {
            _ if !on_terminal => (ProgressBar::hidden(), COUNTER),
            Some(total) => (ProgressBar::new(total), BAR),
            None => (ProgressBar::new_spinner(), COUNTER),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self {
            bar,
            output,
            started: now,
            shown: now,
        }
    }

    /// Prints a message on a separate line.
    pub(crate) fn say(&self, text: &str) {
        let text = Shown(text).to_string();
        self.bar.suspend(|| self.output.progress(&text));
    }

    /// Shows the number of items and bytes, unless it was shown a moment ago.
    pub(crate) fn update(&mut self, position: u64, items: u64, bytes: u64) {
        self.show(position, |elapsed| {
            let rate = HumanCount(rate(items, elapsed));
            let (items, bytes) = (count(items, "item"), DecimalBytes(bytes));
            format!("{items}, {bytes}, {rate} items/s")
        });
    }

    /// Shows how many bytes are checked, unless it was shown a moment ago.
    pub(crate) fn checked(&mut self, bytes: u64, total: u64) {
        let (done, total) = (DecimalBytes(bytes), DecimalBytes(total));
        self.show(bytes, |_| format!("{done} of {total} checked"));
    }

    fn show(&mut self, position: u64, text: impl FnOnce(Duration) -> String) {
        let every = if self.bar.is_hidden() {
            LINE_EVERY
        } else {
            DRAW_EVERY
        };
        if self.shown.elapsed() < every {
            return;
        }
        self.shown = Instant::now();
        let elapsed = self.started.elapsed();
        let text = Shown(text(elapsed)).to_string();
        if self.bar.is_hidden() {
            self.output
                .progress(&format!("{}  {text}", FormattedDuration(elapsed)));
        } else {
            self.bar.set_message(text);
            self.bar.set_position(position);
        }
    }

    /// Removes the bar and returns how long it took.
    pub(crate) fn end(&self) -> Duration {
        self.bar.finish_and_clear();
        self.started.elapsed()
    }
}

/// Items per second.
pub(crate) fn rate(items: u64, elapsed: Duration) -> u64 {
    let millis = u64::try_from(elapsed.as_millis())
        .unwrap_or(u64::MAX)
        .max(1);
    items.saturating_mul(1000) / millis
}
