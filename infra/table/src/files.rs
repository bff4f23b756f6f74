//! Files next to a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The path with another ending: `items.jsonl` and `progress` give `items.jsonl.progress`.
pub(crate) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Replaces a file in one step: it has the old content or the new one, never a part of it.
pub(crate) fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(file, "new");
    fs::write(&new, bytes)?;
    fs::rename(&new, file)
}

/// Whether the name ends in `.gz`.
pub(crate) fn is_named_gzip(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("gz"))
}
