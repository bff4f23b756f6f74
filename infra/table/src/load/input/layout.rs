//! How the records of a file are separated.

/// How the records of a file are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One record per line.
    Lines,
    /// One record per line, but a line break in quotes is part of the record.
    Csv {
        /// `None` until the header is read.
        delimiter: Option<u8>,
    },
    /// JSON objects, or lists of them, over any number of lines.
    Values {
        /// Whether the objects are pages of a scan or a query, whose `Items` are the records.
        pages: bool,
    },
}
