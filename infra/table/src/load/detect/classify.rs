//! Recognises the formats by the first bytes of a file.

use super::members::Members;
use super::unsupported::{unsupported_bytes, unsupported_text};
use super::{Detected, DetectedFormat};
use crate::csv::Header;
use crate::format::FileFormat;
use crate::item::KeyAttribute;
use crate::load::input::Layout;

/// The format of a file that begins with `head`. `is_all` says that no more bytes follow.
pub(super) fn classify(
    head: &[u8],
    is_all: bool,
    format: Option<FileFormat>,
    key: &[KeyAttribute],
) -> Detected {
    if let Some(reason) = unsupported_bytes(head) {
        return Detected::Unsupported(reason);
    }
    if format == Some(FileFormat::Csv) {
        return csv();
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match (text.as_bytes().first(), format) {
        // A file without records is valid in every format.
        (None, _) if is_all => lines(format.unwrap_or(FileFormat::JsonLines), false),
        (None, _) => Detected::Unclear,
        (Some(b'['), _) => list(text, is_all, format),
        (Some(b'{'), _) => objects(text, is_all, format, key),
        (Some(_), Some(format)) => lines(format, false),
        (Some(_), None) => not_json(text, is_all, key),
    }
}

fn list(text: &str, is_all: bool, format: Option<FileFormat>) -> Detected {
    let element = text[1..].trim_start();
    let layout = Layout::Values { pages: false };
    let members = Members::of(element);
    match format.or_else(|| members.format(is_all)) {
        Some(format) => form(format, layout, members.are_of_change()),
        None => Detected::Unclear,
    }
}

fn objects(text: &str, is_all: bool, format: Option<FileFormat>, key: &[KeyAttribute]) -> Detected {
    let members = Members::of(text);
    if !members.is_whole && !is_all && members.format(false).is_none() {
        return Detected::Unclear;
    }
    if format != Some(FileFormat::JsonLines) && members.are_of_page(key) {
        let format = format.unwrap_or(members.format_of_items());
        return form(format, Layout::Values { pages: true }, false);
    }
    let Some(format) = format.or_else(|| members.format(is_all)) else {
        return Detected::Unclear;
    };
    if is_indented(text) {
        let layout = Layout::Values { pages: false };
        return form(format, layout, members.are_of_change());
    }
    lines(format, members.are_of_change())
}

/// Whether the first line is only the opening brace, so that an object takes several lines.
fn is_indented(text: &str) -> bool {
    let after_brace = &text[1..];
    let line = after_brace.lines().next();
    line.is_some_and(|line| line.trim().is_empty())
}

fn not_json(text: &str, is_all: bool, key: &[KeyAttribute]) -> Detected {
    if !is_all && !text.contains('\n') {
        return Detected::Unclear;
    }
    let first = text.lines().next().expect("the text is not empty");
    if let Some(reason) = unsupported_text(text, first, key) {
        return Detected::Unsupported(reason);
    }
    match Header::read(first, key, None) {
        Ok(_) => csv(),
        Err(_) => Detected::Unknown,
    }
}

fn form(format: FileFormat, layout: Layout, changes: bool) -> Detected {
    Detected::Format(DetectedFormat {
        format,
        layout,
        changes: changes && format == FileFormat::DynamodbJson,
    })
}

fn lines(format: FileFormat, changes: bool) -> Detected {
    form(format, Layout::Lines, changes)
}

fn csv() -> Detected {
    form(FileFormat::Csv, Layout::Csv { delimiter: None }, false)
}
