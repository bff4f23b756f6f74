//! The data directory: `state.json` beside the embedded DynamoDB's `dynamodb.sqlite`.

use std::fs::{self, DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::disk::private_file;
use crate::account::State;

/// The whole state is written each time. Between two times, at least this many times as long is left
/// for other work: a stack of 500 resources changes the state thousands of times.
const REST: u32 = 10;

/// The longest time for which a change may not be saved yet.
const LATEST: Duration = Duration::from_millis(500);

/// A data directory that only this local AWS uses.
pub(crate) struct Store {
    file: PathBuf,
    saved: Mutex<Saved>,
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
        let mut made = DirBuilder::new();
        made.recursive(true).mode(0o700);
        made.create(directory).with_context(|| {
            format!("the data directory {shown} cannot be created: choose another with --data")
        })?;
        let lock = private_file(&directory.join("lock")).with_context(|| {
            format!("the data directory {shown} cannot be written: make it writable or choose another with --data")
        })?;
        if lock.try_lock().is_err() {
            bail!(
                "the data directory {shown} is used by another local AWS: stop that one or choose another with --data"
            );
        }
        let file = directory.join("state.json");
        let state = read(&file)?;
        let store = Self {
            file,
            saved: Mutex::default(),
            _lock: lock,
        };
        Ok((store, state))
    }

    /// Where the embedded DynamoDB keeps its tables.
    pub(crate) fn tables(&self) -> PathBuf {
        self.file.with_file_name("dynamodb.sqlite")
    }

    /// Saves a changed state, now or soon.
    pub(crate) fn save(&self, state: &State) {
        self.saved().is_behind = true;
        self.catch_up(state, false);
    }

    /// Whether a change is not saved yet, although it is time.
    pub(crate) fn is_due(&self) -> bool {
        self.saved().is_due()
    }

    /// Saves the state if a change is not saved yet and it is time, or `now`.
    pub(crate) fn catch_up(&self, state: &State, now: bool) {
        let mut saved = self.saved();
        if !(saved.is_due() || now && saved.is_behind) {
            return;
        }
        let start = Instant::now();
        self.write(state);
        *saved = Saved {
            at: Some(Instant::now()),
            took: start.elapsed(),
            is_behind: false,
        };
    }

    fn saved(&self) -> MutexGuard<'_, Saved> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the state to a second file and then renames that. After a crash either the old or the
    /// new state is complete.
    fn write(&self, state: &State) {
        let written = serde_json::to_vec(state)
            .map_err(anyhow::Error::from)
            .and_then(|json| {
                let fresh = self.file.with_extension("json.new");
                // A file that was left by a crash.
                let _ = fs::remove_file(&fresh);
                private_file(&fresh)?.write_all(&json)?;
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

/// When the state was saved last, and how long that took.
#[derive(Default)]
struct Saved {
    at: Option<Instant>,
    took: Duration,
    /// Whether it has changed since.
    is_behind: bool,
}

impl Saved {
    fn is_due(&self) -> bool {
        let rest = (self.took * REST).min(LATEST);
        self.is_behind && self.at.is_none_or(|at| at.elapsed() >= rest)
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
    fn a_change_is_saved_at_once_unless_saving_takes_too_much_time() {
        let directory = tempfile::tempdir().unwrap();
        let (store, mut state) = Store::open(directory.path()).unwrap();
        let region = || {
            let state = read(&directory.path().join("state.json")).unwrap();
            state.region.unwrap_or_default()
        };
        let mut change = |name: &str| {
            state.region = Some(name.to_owned());
            store.save(&state);
        };
        change("one");
        assert_eq!(region(), "one");
        *store.saved() = Saved {
            at: Some(Instant::now()),
            took: LATEST,
            is_behind: false,
        };
        change("two");
        assert_eq!((region().as_str(), store.is_due()), ("one", false));
        store.catch_up(&state, true);
        assert_eq!(region(), "two");
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
