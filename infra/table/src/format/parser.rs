use super::FileFormat;
use crate::csv::Header;
use crate::item::{Entry, KeyAttribute, Reason, read_plain_item, read_record};

/// Parses the records of a file.
#[derive(Debug)]
pub(crate) enum Parser {
    Typed,
    Plain,
    Csv(Header),
}

impl Parser {
    /// `header` is the first line of CSV; the other formats have none.
    pub(crate) fn new(
        format: FileFormat,
        header: &str,
        key: &[KeyAttribute],
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
