//! Finds the export in a directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::{FILES, SUMMARY};
use crate::{Error, FileError};

/// How many exports an error names if a directory has several.
const SHOWN: usize = 5;

/// The summary of the export that a path stands for: one of its manifests, or a directory around it.
pub(super) fn find(path: &Path) -> Result<Option<PathBuf>, Error> {
    if !path.is_dir() {
        let is_manifest = path
            .file_name()
            .is_some_and(|name| name == SUMMARY || name == FILES);
        return Ok(is_manifest.then(|| path.with_file_name(SUMMARY)));
    }
    let mut found = Vec::new();
    search(path, &mut found).map_err(|err| FileError::new("read", path, err))?;
    found.sort();
    let shown = path.display();
    match found.as_slice() {
        [one] => Ok(Some(one.clone())),
        [] => Err(Error::Export(format!(
            "{shown} has no {SUMMARY}: copy a whole export with `aws s3 cp --recursive s3://BUCKET/AWSDynamoDB {shown}`, or name a single file"
        ))),
        several => {
            let some = several.iter().take(SHOWN);
            let names: Vec<_> = some.map(|path| path.display().to_string()).collect();
            Err(Error::Export(format!(
                "{shown} has {} exports: name one of them, for example {}",
                several.len(),
                names.join(" or ")
            )))
        }
    }
}

/// Does not follow links, which can form a loop.
fn search(directory: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            search(&entry.path(), found)?;
        } else if entry.file_name() == SUMMARY {
            found.push(entry.path());
        }
    }
    Ok(())
}
