//! What is in a file, by its first bytes.

use std::io::{self, BufRead as _, Cursor, Read as _};

use super::input::Input;
use super::members::Members;
use super::records::Layout;
use crate::csv::Header;
use crate::format::FileFormat;
use crate::item::Kind;

/// So much of the begin must say what it is.
const HEAD: usize = 1024 * 1024;
/// How the items stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) format: FileFormat,
    pub(crate) layout: Layout,
    /// Whether they are changes, with the time of each.
    pub(crate) changes: bool,
}

/// What the first bytes say.
#[derive(Debug, PartialEq)]
pub(crate) enum Seen {
    Form(Form),
    /// Something that is not read: the end of a sentence, with the way out.
    Refused(&'static str),
    Unknown,
    /// More of them must be seen.
    Unclear,
}

/// The form of what is still to be read after this.
pub(super) fn recognise(
    input: &mut Input,
    format: Option<FileFormat>,
    key: &[(String, Kind)],
) -> io::Result<Seen> {
    let mut head = Vec::new();
    let seen = loop {
        let bytes = input.fill_buf()?;
        let length = bytes.len();
        head.extend_from_slice(bytes);
        input.consume(length);
        let is_all = length == 0 || head.len() >= HEAD;
        match see(&head, is_all, format, key) {
            Seen::Unclear if !is_all => {}
            seen => break seen,
        }
    };
    let rest = std::mem::replace(input, Box::new(io::empty()));
    *input = Box::new(Cursor::new(head).chain(rest));
    Ok(seen)
}

/// The form of a text that begins like this.
pub(crate) fn see(
    head: &[u8],
    is_all: bool,
    format: Option<FileFormat>,
    key: &[(String, Kind)],
) -> Seen {
    if let Some(seen) = refuse(head) {
        return seen;
    }
    if format == Some(FileFormat::Csv) {
        return csv();
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.as_bytes().first() {
        // Nothing in it is nothing to load, whatever the format.
        None if is_all => lines(format.unwrap_or(FileFormat::JsonLines), false),
        None => Seen::Unclear,
        Some(b'[') => in_list(text, is_all, format),
        Some(b'{') => objects(text, is_all, format, key),
        Some(_) if format.is_some() => lines(format.unwrap_or(FileFormat::JsonLines), false),
        Some(_) => other(text, is_all, key),
    }
}

/// What no option makes readable.
fn refuse(head: &[u8]) -> Option<Seen> {
    let ion = "is Amazon Ion, which is not read: export the table again with `--export-format DYNAMODB_JSON`";
    let utf16 = "is UTF-16, as PowerShell and Excel write it: save it as UTF-8";
    match head {
        [0xe0, 0x01, 0x00, 0xea, ..] => Some(Seen::Refused(ion)),
        _ if head.starts_with(b"$ion_1_") => Some(Seen::Refused(ion)),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(Seen::Refused(utf16)),
        _ => None,
    }
}

fn in_list(text: &str, is_all: bool, format: Option<FileFormat>) -> Seen {
    let element = text[1..].trim_start();
    let layout = Layout::Values { pages: false };
    let seen = Members::of(element);
    match format.or_else(|| seen.format(is_all)) {
        Some(format) => form(format, layout, seen.are_of_change()),
        None => Seen::Unclear,
    }
}

fn objects(text: &str, is_all: bool, format: Option<FileFormat>, key: &[(String, Kind)]) -> Seen {
    let seen = Members::of(text);
    if !seen.is_whole && !is_all && seen.format(false).is_none() {
        return Seen::Unclear;
    }
    if format != Some(FileFormat::JsonLines) && seen.are_of_page(key) {
        let format = format.unwrap_or(seen.format_of_items());
        return form(format, Layout::Values { pages: true }, false);
    }
    let Some(format) = format.or_else(|| seen.format(is_all)) else {
        return Seen::Unclear;
    };
    let is_spread = text[1..]
        .split('\n')
        .next()
        .is_some_and(|rest| rest.trim().is_empty());
    if is_spread && text.len() > 1 {
        return form(
            format,
            Layout::Values { pages: false },
            seen.are_of_change(),
        );
    }
    lines(format, seen.are_of_change())
}

/// What is not JSON.
fn other(text: &str, is_all: bool, key: &[(String, Kind)]) -> Seen {
    if !is_all && !text.contains('\n') {
        return Seen::Unclear;
    }
    let first = text.lines().next().unwrap_or_default();
    if first.starts_with("---") || first.starts_with("+--") {
        return Seen::Refused(
            "is the table output of the aws command: run it again with `--output json`",
        );
    }
    if is_text_output(text, key) {
        return Seen::Refused(
            "is the text output of the aws command: run it again with `--output json`",
        );
    }
    if ["Items:", "Count:", "- "]
        .iter()
        .any(|begin| first.starts_with(begin))
    {
        return Seen::Refused(
            "is YAML, which is not read: run the aws command again with `--output json`",
        );
    }
    match Header::read(first, key, None) {
        Ok(_) => csv(),
        Err(_) => Seen::Unknown,
    }
}

/// It writes names in capitals, and each attribute on a line of its own.
fn is_text_output(text: &str, key: &[(String, Kind)]) -> bool {
    key.iter().any(|(name, _)| {
        let capitals = name.to_uppercase();
        // A heading of CSV may have it once.
        let heading = usize::from(capitals == *name);
        let begins = |line: &str| {
            line.strip_prefix(capitals.as_str())?
                .strip_prefix('\t')
                .map(drop)
        };
        text.lines()
            .skip(heading)
            .any(|line| begins(line).is_some())
    })
}

fn form(format: FileFormat, layout: Layout, changes: bool) -> Seen {
    Seen::Form(Form {
        format,
        layout,
        changes: changes && format == FileFormat::DynamodbJson,
    })
}

fn lines(format: FileFormat, changes: bool) -> Seen {
    form(format, Layout::Lines, changes)
}

fn csv() -> Seen {
    form(FileFormat::Csv, Layout::Csv { delimiter: None }, false)
}
