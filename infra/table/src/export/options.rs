use std::path::{Path, PathBuf};

use clap::Args;

use crate::format::FileFormat;

/// The options of `table export`.
#[derive(Debug, Clone, Args)]
pub struct Export {
    /// The file to write, as gzip if its name ends in .gz; - is standard output [default: items.dynamodb.json, items.jsonl or items.csv]
    pub file: Option<PathBuf>,
    /// The format of the file [default: as its name says, else dynamodb-json]
    #[arg(long, value_enum)]
    pub format: Option<FileFormat>,
    /// How many segments of the table to read in parallel
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub segments: u16,
    /// Include the very latest writes (strongly consistent reads); costs twice as much
    #[arg(long)]
    pub consistent: bool,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
}

impl Export {
    /// Whether the items go to standard output.
    #[must_use]
    pub fn is_piped(&self) -> bool {
        self.file.as_deref() == Some(Path::new("-"))
    }

    pub(super) fn format(&self) -> FileFormat {
        let named = self.file.as_deref().and_then(FileFormat::of_name);
        self.format.or(named).unwrap_or(FileFormat::DynamodbJson)
    }

    pub(super) fn file(&self) -> PathBuf {
        let named = self.file.clone();
        named.unwrap_or_else(|| self.format().file_name().into())
    }
}
