use std::fs;
use std::path::{Path, PathBuf};

use super::Error;

/// A file or a directory below a root. The name is relative to the root, with slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) is_dir: bool,
}

/// Everything below `root`, sorted by name: the order in a directory differs between machines.
///
/// Skips names that begin with a dot, which editors and desktops leave behind.
pub(crate) fn below(root: &Path) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    collect(root, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(directory: &Path, prefix: &str, found: &mut Vec<Found>) -> Result<(), Error> {
    for entry in fs::read_dir(directory).map_err(Error::file(directory))? {
        let path = entry.map_err(Error::file(directory))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(Error::Name(path));
        };
        if name.starts_with('.') {
            continue;
        }
        let name = format!("{prefix}{name}");
        let is_dir = fs::metadata(&path).map_err(Error::file(&path))?.is_dir();
        if is_dir {
            collect(&path, &format!("{name}/"), found)?;
        }
        found.push(Found { name, path, is_dir });
    }
    Ok(())
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(Error::file(path))
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(Error::file(path))
}

pub(crate) fn make_dir(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::file(path))
}

/// Copies everything below one directory into another.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    make_dir(to)?;
    for found in below(from)? {
        let target = to.join(&found.name);
        if found.is_dir {
            make_dir(&target)?;
        } else {
            write(&target, &read(&found.path)?)?;
        }
    }
    Ok(())
}
