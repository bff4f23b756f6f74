//! The files to read.

use std::path::PathBuf;

/// One file to read.
#[derive(Debug, Clone)]
pub(crate) struct InputFile {
    /// The name as messages show it.
    pub(crate) name: String,
    /// `None` is standard input.
    pub(crate) path: Option<PathBuf>,
    pub(crate) size: Option<u64>,
    /// The number of items, if a manifest says it.
    pub(crate) items: Option<u64>,
    /// The MD5, if a manifest says it.
    pub(crate) md5: Option<String>,
}
