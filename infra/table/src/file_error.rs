use std::io;
use std::path::{Path, PathBuf};

use deploy::render::Shown;

/// A file cannot be read, written or removed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {}", Shown(.path.display()), Shown(cause))]
pub struct FileError {
    /// What failed: `read`, `write` or `remove`.
    action: &'static str,
    path: PathBuf,
    cause: io::Error,
}

impl FileError {
    pub(crate) fn new(action: &'static str, path: &Path, cause: io::Error) -> Self {
        Self {
            action,
            path: path.to_owned(),
            cause,
        }
    }
}
