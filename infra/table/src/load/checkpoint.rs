//! The checkpoint: how far a file is loaded. It lets a load that ended early continue.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::input::Position;
use crate::files::{beside, replace};

/// The content of `FILE.progress`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Checkpoint {
    /// The ARN of the table.
    table: String,
    /// Everything up to here is written.
    position: Position,
}

/// The path of a file's checkpoint.
pub(super) fn path(file: &Path) -> PathBuf {
    beside(file, "progress")
}

/// The position that an earlier load into the same table reached.
pub(super) fn read(file: &Path, table: &str) -> io::Result<Option<Position>> {
    let text = match fs::read(path(file)) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    // An invalid checkpoint counts as none: writing an item twice does no harm.
    let found: Option<Checkpoint> = serde_json::from_slice(&text).ok();
    Ok(found
        .filter(|found| found.table == table)
        .map(|found| found.position))
}

/// Saves a position. A crash leaves the one before.
pub(super) fn write(file: &Path, table: &str, position: &Position) -> io::Result<()> {
    let checkpoint = Checkpoint {
        table: table.to_owned(),
        position: position.clone(),
    };
    replace(&path(file), &serde_json::to_vec(&checkpoint)?)
}

/// Removes the checkpoint, if there is one.
pub(super) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(path(file)) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_for_one_table() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("items.jsonl");
        assert_eq!(read(&file, "a").unwrap(), None);
        let position = Position {
            line: 7,
            offset: 99,
            digest: "ab".into(),
            ..Position::default()
        };
        write(&file, "a", &position).unwrap();
        assert_eq!(read(&file, "a").unwrap(), Some(position));
        assert_eq!(read(&file, "b").unwrap(), None);
        fs::write(path(&file), "{").unwrap();
        assert_eq!(read(&file, "a").unwrap(), None);
        remove(&file).unwrap();
        remove(&file).unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
