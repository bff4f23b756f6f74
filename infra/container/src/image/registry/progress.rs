//! The progress bar of an upload.

use std::io::IsTerminal;

use deploy::Output;
use indicatif::{DecimalBytes, ProgressBar, ProgressStyle};

const BAR: &str =
    "{prefix:12} {bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}";

/// Shows how much of a blob has been sent: a moving bar on a terminal, one line at the end elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    name: &'static str,
    size: u64,
    bar: ProgressBar,
    output: Output,
}

impl Progress {
    pub(super) fn new(name: &'static str, size: usize, output: Output) -> Self {
        let size = size as u64;
        let bar = if output != Output::Quiet && std::io::stderr().is_terminal() {
            ProgressBar::new(size).with_prefix(name)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style);
        }
        Self {
            name,
            size,
            bar,
            output,
        }
    }

    pub(super) fn begin(&self) {
        self.bar.set_position(0);
    }

    pub(super) fn advance(&self, bytes: usize) {
        self.bar.inc(bytes as u64);
    }

    pub(super) fn sent(self) {
        self.end("sent");
    }

    pub(super) fn skipped(self) {
        self.end("there already");
    }

    fn end(self, what: &str) {
        self.bar.finish_and_clear();
        let size = DecimalBytes(self.size);
        self.output
            .progress(&format!("{:12} {size} {what}", self.name));
    }
}
