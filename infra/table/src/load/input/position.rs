//! Positions in a file or an export.

use serde::{Deserialize, Serialize};

/// How far a file is read, and the digest of everything before that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The number of the file in an export.
    #[serde(default)]
    pub(crate) file: usize,
    /// The number of the last line.
    pub(crate) line: u64,
    /// The number of records in this file.
    #[serde(default)]
    pub(crate) records: u64,
    /// The number of bytes.
    pub(crate) offset: u64,
    /// The SHA-256 of these bytes.
    pub(crate) digest: String,
    /// What the next value is in.
    #[serde(default)]
    pub(crate) nesting: Nesting,
}

/// What the next JSON value is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Nesting {
    #[default]
    Nothing,
    /// A list, after one of its elements.
    List,
    /// The `Items` of a page, after one of them.
    Items,
}

/// Where a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Location {
    /// The number of the file in an export.
    pub(crate) file: usize,
    pub(crate) line: u64,
    /// The number of the record in the file.
    pub(crate) number: u64,
}
