//! The blobs: files, by digest.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::account::private_directory;

/// How many uploads are open at the same time. Clients send some layers of an image at once.
const MOST_UPLOADS: usize = 100;

/// How long an upload may pause if there are too many.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// The directories of the blobs, of uploads, and of unpacked images.
pub(crate) struct Blobs {
    directory: PathBuf,
    /// Removed when the local AWS stops, if there is no data directory.
    _temporary: Option<TempDir>,
}

impl Blobs {
    /// Creates the directories, in the data directory or in a temporary one.
    ///
    /// # Errors
    /// A directory cannot be created.
    pub(crate) fn open(data: Option<&Path>) -> anyhow::Result<Self> {
        let (directory, temporary) = if let Some(data) = data {
            (data.join("registry"), None)
        } else {
            let temporary = tempfile::tempdir().context(
                "no temporary directory for images can be created: set TMPDIR to one that can be written",
            )?;
            (temporary.path().to_owned(), Some(temporary))
        };
        private_directory(&directory).with_context(|| {
            format!(
                "the directory {} cannot be created: choose another with --data",
                directory.display()
            )
        })?;
        // A client restarts an interrupted upload from its beginning.
        let _ = fs::remove_dir_all(directory.join("uploads"));
        // No container outlives the local AWS, unless it was killed.
        let _ = fs::remove_dir_all(directory.join("containers"));
        for part in ["blobs", "containers", "images", "scratch", "uploads"] {
            let path = directory.join(part);
            private_directory(&path).with_context(|| {
                format!(
                    "the directory {} cannot be created: choose another with --data",
                    path.display()
                )
            })?;
        }
        Ok(Self {
            directory,
            _temporary: temporary,
        })
    }

    /// The file of a blob; `None` if the text is not a digest.
    pub(super) fn blob(&self, digest: &str) -> Option<PathBuf> {
        Some(self.directory.join("blobs").join(digits(digest)?))
    }

    /// The directory where an image is unpacked; `None` if the text is not a digest.
    pub(super) fn image(&self, digest: &str) -> Option<PathBuf> {
        Some(self.directory.join("images").join(digits(digest)?))
    }

    /// The directory of an image without files.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.directory.join("scratch")
    }

    /// A new directory for the files that a container writes.
    ///
    /// # Errors
    /// The directory cannot be created.
    pub(crate) fn container(&self) -> std::io::Result<TempDir> {
        tempfile::tempdir_in(self.directory.join("containers"))
    }

    /// Checks that one more upload may begin. Uploads that nobody goes on with are removed.
    ///
    /// # Errors
    /// One sentence if too many are open.
    pub(super) fn admit_upload(&self) -> Result<(), String> {
        self.admit_one_of(MOST_UPLOADS, LONGEST_PAUSE)
    }

    fn admit_one_of(&self, most: usize, pause: Duration) -> Result<(), String> {
        let open = || {
            fs::read_dir(self.directory.join("uploads"))
                .into_iter()
                .flatten()
        };
        if open().count() < most {
            return Ok(());
        }
        for upload in open().flatten() {
            let changed = upload.metadata().and_then(|found| found.modified());
            let rests = changed.ok().and_then(|changed| changed.elapsed().ok());
            if rests.is_some_and(|rests| rests >= pause) {
                // An error means that it has been finished now.
                let _ = fs::remove_file(upload.path());
            }
        }
        if open().count() < most {
            return Ok(());
        }
        Err(format!(
            "{most} uploads are open already: finish them, or wait for an hour"
        ))
    }

    /// The file of an upload; `None` if the text is not the id of an upload.
    pub(super) fn upload(&self, id: &str) -> Option<PathBuf> {
        let id = uuid::Uuid::try_parse(id).ok()?;
        Some(self.directory.join("uploads").join(id.to_string()))
    }
}

/// Returns whether a text is a digest.
pub(super) fn is_digest(text: &str) -> bool {
    digits(text).is_some()
}

/// The 64 digits of `sha256:…`, which are safe as the name of a file.
fn digits(digest: &str) -> Option<&str> {
    let digits = digest.strip_prefix("sha256:")?;
    let is_hex = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then_some(digits)
}

/// The digest of some bytes.
pub(super) fn digest(bytes: &[u8]) -> String {
    named(&Sha256::digest(bytes))
}

/// The digest of a file, read piece by piece.
pub(super) fn digest_of_file(path: &Path) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = fs::File::open(path)?;
    let mut piece = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut piece)? {
            0 => return Ok(named(&hash.finalize())),
            read => hash.update(&piece[..read]),
        }
    }
}

/// The digest with this hash.
pub(super) fn named(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = "sha256:".to_owned();
    for byte in hash {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_that_nobody_goes_on_with_make_room() {
        let blobs = Blobs::open(None).unwrap();
        for _ in 0..3 {
            let id = uuid::Uuid::new_v4().to_string();
            fs::write(blobs.upload(&id).unwrap(), "").unwrap();
        }
        assert!(blobs.admit_one_of(4, Duration::ZERO).is_ok());
        let refused = blobs.admit_one_of(3, LONGEST_PAUSE).unwrap_err();
        assert!(
            refused.starts_with("3 uploads are open already"),
            "{refused}"
        );
        assert!(blobs.admit_one_of(3, Duration::ZERO).is_ok());
    }

    #[test]
    fn a_digest_is_a_name_that_leaves_no_directory() {
        let good = digest(b"");
        assert_eq!(
            good,
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert!(digits(&good).is_some());
        for wrong in [
            "",
            "sha256:",
            "sha256:../../etc/passwd",
            "sha512:00",
            &good[..70],
        ] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
    }
}
