//! The formats of files, and how one is told from another.

use std::path::Path;

use clap::ValueEnum;

use crate::csv::Header;
use crate::item::{Attributes, Kind, Reason, read_plain_item, read_typed_line};

/// How items stand in a file, one a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// {"Item":{"price":{"N":"5"}}}: all types, as AWS exports it
    DynamodbJson,
    /// {"price":5}: binaries and sets have no form of their own
    JsonLines,
    /// A header, and a record for each item
    Csv,
}

/// How the lines of a file are read.
#[derive(Debug)]
pub(crate) enum Parser {
    Typed,
    Plain,
    Csv(Header),
}

impl FileFormat {
    /// The format that the name of a file says: of JSON only that it is none of the others.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = name.strip_suffix(".rejected").unwrap_or(&name);
        match Path::new(name).extension()?.to_str()? {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// The format of JSON by its first line. An item without types cannot look like one with types:
    /// its only attribute would be a map, and no key is a map.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let begin = line.trim_start_matches('\u{feff}').trim_start();
        let inside = begin.strip_prefix('{')?.trim_start();
        let value = inside
            .strip_prefix("\"Item\"")
            .and_then(|rest| rest.trim_start().strip_prefix(':'));
        match value {
            Some(value) if value.trim_start().starts_with('{') => Some(Self::DynamodbJson),
            _ => Some(Self::JsonLines),
        }
    }

    /// What an export is called where it has no name.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::DynamodbJson => "items.dynamodb.json",
            Self::JsonLines => "items.jsonl",
            Self::Csv => "items.csv",
        }
    }
}

impl Parser {
    /// `header` is the first line of CSV.
    pub(crate) fn new(
        format: FileFormat,
        header: &str,
        key: &[(String, Kind)],
        delimiter: Option<char>,
    ) -> Result<Self, Reason> {
        Ok(match format {
            FileFormat::DynamodbJson => Self::Typed,
            FileFormat::JsonLines => Self::Plain,
            FileFormat::Csv => Self::Csv(Header::read(header, key, delimiter)?),
        })
    }

    pub(crate) fn parse(&self, text: &str) -> Result<Attributes, Reason> {
        match self {
            Self::Typed => read_typed_line(text),
            Self::Plain => read_plain_item(text),
            Self::Csv(header) => header.item(text),
        }
    }
}
