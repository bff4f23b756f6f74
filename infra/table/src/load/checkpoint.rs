//! How far a file is loaded, in a file beside it, so that a load that ends early can go on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::records::Position;
use crate::files::{beside, replace};

/// What is known to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Checkpoint {
    /// The ARN of the table.
    table: String,
    /// All lines up to there are written.
    position: Position,
}

/// Where the checkpoint of a file stands.
pub(super) fn path(file: &Path) -> PathBuf {
    beside(file, "progress")
}

/// The position that an earlier load into the same table has come to.
pub(super) fn read(file: &Path, table: &str) -> io::Result<Option<Position>> {
    let text = match fs::read(path(file)) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    // What is no checkpoint is written anew: items can be written twice.
    let found: Option<Checkpoint> = serde_json::from_slice(&text).ok();
    Ok(found
        .filter(|found| found.table == table)
        .map(|found| found.position))
}

/// Keeps a position: the one before stands until this one does.
pub(super) fn write(file: &Path, table: &str, position: &Position) -> io::Result<()> {
    let checkpoint = Checkpoint {
        table: table.to_owned(),
        position: position.clone(),
    };
    replace(&path(file), &serde_json::to_vec(&checkpoint)?)
}

/// Forgets it.
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
