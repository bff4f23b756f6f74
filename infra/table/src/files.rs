//! Files beside a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// `items.jsonl` and `progress` are `items.jsonl.progress`.
pub(crate) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Writes a file that is there in full or as it was before.
pub(crate) fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(file, "new");
    fs::write(&new, bytes)?;
    fs::rename(&new, file)
}

/// Whether the name says that it is gzip.
pub(crate) fn is_named_gzip(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("gz"))
}
