//! The formats of files, and how one is told from another.

use std::path::Path;

use clap::ValueEnum;

use crate::csv::Header;
use crate::files::is_named_gzip;
use crate::item::{Entry, Kind, Reason, read_plain_item, read_record};

/// How items stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// {"Item":{"price":{"N":"5"}}} or {"price":{"N":"5"}}: all types, as AWS writes it
    DynamodbJson,
    /// {"price":5}: binaries and sets have no form of their own
    JsonLines,
    /// A heading, and a record for each item
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
        let name = Path::new(name.strip_suffix(".rejected").unwrap_or(&name));
        let packed = is_named_gzip(name).then(|| name.file_stem()).flatten();
        match Path::new(packed.unwrap_or(name.as_os_str()))
            .extension()?
            .to_str()?
        {
            "csv" | "tsv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
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

    pub(crate) fn parse(&self, text: &str) -> Result<Entry, Reason> {
        match self {
            Self::Typed => read_record(text),
            Self::Plain => read_plain_item(text).map(Entry::from),
            Self::Csv(header) => header.item(text).map(Entry::from),
        }
    }
}
