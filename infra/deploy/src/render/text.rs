//! Helpers with which texts are put together.

use std::fmt::{Arguments, Write};

/// Appends a line.
pub(super) fn push_line(text: &mut String, line: &str) {
    push(text, format_args!("{}\n", line.trim_end()));
}

/// Appends a formatted text.
pub(super) fn push(text: &mut String, arguments: Arguments<'_>) {
    text.write_fmt(arguments)
        .expect("writing to a string cannot fail");
}

/// The width of a column with these words, in bytes.
pub(super) fn width<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(str::len).max().unwrap_or(0)
}

/// A number with its noun, for example `2 changes`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A resource type without the `AWS::` with which they all begin.
pub(super) fn short_type(resource_type: &str) -> &str {
    resource_type.strip_prefix("AWS::").unwrap_or(resource_type)
}
