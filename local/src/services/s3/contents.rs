//! The contents of objects: a file each.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use axum::body::Bytes;
use tempfile::TempDir;

use crate::account::{check_room, private_directory};

/// The directory of the contents.
pub(crate) struct Contents {
    directory: PathBuf,
    /// Removed when the local AWS stops, if there is no data directory.
    _temporary: Option<TempDir>,
}

impl Contents {
    /// Creates the directory, in the data directory or in a temporary one.
    ///
    /// # Errors
    /// The directory cannot be created.
    pub(crate) fn open(data: Option<&Path>) -> anyhow::Result<Self> {
        let (directory, temporary) = if let Some(data) = data {
            (data.join("objects"), None)
        } else {
            let temporary = tempfile::tempdir().context(
                "no temporary directory for objects can be created: set TMPDIR to one that can be written",
            )?;
            (temporary.path().to_owned(), Some(temporary))
        };
        private_directory(&directory).with_context(|| {
            format!(
                "the directory {} cannot be created: choose another with --data",
                directory.display()
            )
        })?;
        Ok(Self {
            directory,
            _temporary: temporary,
        })
    }

    /// Keeps some bytes. Returns the name of their file.
    pub(super) async fn write(&self, bytes: &[u8]) -> io::Result<String> {
        let name = uuid::Uuid::new_v4().to_string();
        check_room(&self.directory)?;
        tokio::fs::write(self.directory.join(&name), bytes).await?;
        Ok(name)
    }

    /// The bytes that [`Self::write`] kept under this name.
    pub(super) async fn read(&self, name: &str) -> io::Result<Bytes> {
        tokio::fs::read(self.directory.join(name))
            .await
            .map(Bytes::from)
    }

    /// Removes files. A file that cannot be removed stays behind unused.
    pub(super) fn remove(&self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if let Err(err) = std::fs::remove_file(self.directory.join(&name)) {
                tracing::warn!("the content {name} of an object cannot be removed: {err}");
            }
        }
    }
}
