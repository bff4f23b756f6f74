//! The data directory: `state.json` beside the embedded DynamoDB's `dynamodb.sqlite`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::account::State;

/// A data directory that only this local AWS uses.
pub(crate) struct Store {
    file: PathBuf,
    /// The lock on the directory. Dropping the file releases it.
    _lock: File,
}

impl Store {
    /// Opens or creates the directory and reads its state.
    ///
    /// # Errors
    /// One sentence if the directory cannot be written, is used by another local AWS, or holds a
    /// state that cannot be read. A state that cannot be read is left unchanged.
    pub(crate) fn open(directory: &Path) -> Result<(Self, State)> {
        let shown = directory.display();
        fs::create_dir_all(directory).with_context(|| {
            format!("the data directory {shown} cannot be created: choose another with --data")
        })?;
        let lock = File::create(directory.join("lock")).with_context(|| {
            format!("the data directory {shown} cannot be written: make it writable or choose another with --data")
        })?;
        if lock.try_lock().is_err() {
            bail!(
                "the data directory {shown} is used by another local AWS: stop that one or choose another with --data"
            );
        }
        let file = directory.join("state.json");
        let state = read(&file)?;
        let store = Self { file, _lock: lock };
        Ok((store, state))
    }

    /// Where the embedded DynamoDB keeps its tables.
    pub(crate) fn tables(&self) -> PathBuf {
        self.file.with_file_name("dynamodb.sqlite")
    }

    /// Writes the state to a second file and then renames that. After a crash either the old or the
    /// new state is complete.
    pub(crate) fn save(&self, state: &State) {
        let written = serde_json::to_vec(state)
            .map_err(anyhow::Error::from)
            .and_then(|json| {
                let fresh = self.file.with_extension("json.new");
                fs::write(&fresh, json)?;
                Ok(fs::rename(fresh, &self.file)?)
            });
        if let Err(err) = written {
            tracing::error!(
                "the state could not be kept in {}: {err:#}",
                self.file.display()
            );
        }
    }
}

fn read(file: &Path) -> Result<State> {
    let json = match fs::read(file) {
        Ok(json) => json,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => return Ok(State::default()),
        Err(err) => {
            return Err(err)
                .with_context(|| format!("the state in {} cannot be read", file.display()));
        }
    };
    serde_json::from_slice(&json).with_context(|| {
        format!(
            "the state in {} is corrupt: repair it, or move it away to start with nothing",
            file.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrupt_state_is_said_and_left_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("state.json");
        fs::write(&file, "{\"stacks\": [").unwrap();
        let err = Store::open(directory.path()).err().unwrap();
        assert!(
            format!("{err:#}").contains("is corrupt: repair it"),
            "{err:#}"
        );
        assert_eq!(fs::read_to_string(file).unwrap(), "{\"stacks\": [");
    }

    #[test]
    fn a_directory_serves_one_local_aws_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let (first, _) = Store::open(directory.path()).unwrap();
        let err = Store::open(directory.path()).err().unwrap();
        assert!(
            err.to_string().contains("used by another local AWS"),
            "{err:#}"
        );
        drop(first);
        assert!(Store::open(directory.path()).is_ok());
    }
}
