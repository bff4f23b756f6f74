//! The registry of images: what ECR keeps, and the protocol by which images come and go.
//!
//! Blobs are files, by digest; repositories, manifests and tags are part of the local AWS's state.

mod protocol;
mod unpack;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

pub(crate) use self::protocol::{add, new, router};
pub(crate) use self::unpack::{Image, Program, find, program};

/// The password that `GetAuthorizationToken` gives. It keeps nobody out: the local AWS is for this
/// machine.
pub(crate) const PASSWORD: &str = "local";

/// The repositories, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Repositories(pub(crate) BTreeMap<String, Repository>);

/// A repository of ECR.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Repository {
    /// Seconds since 1970.
    pub(crate) created: f64,
    pub(crate) immutable_tags: bool,
    pub(crate) scan_on_push: bool,
    pub(crate) lifecycle_policy: Option<String>,
    /// By digest.
    pub(crate) manifests: BTreeMap<String, Manifest>,
    /// The digests, by tag.
    pub(crate) tags: BTreeMap<String, String>,
}

/// A manifest: what an image consists of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) media_type: String,
    pub(crate) text: String,
    /// Seconds since 1970.
    pub(crate) pushed: f64,
    /// The bytes of all its layers.
    pub(crate) size: u64,
}

impl Repository {
    /// The digest that a reference means: it is one, or a tag.
    pub(crate) fn digest<'a>(&'a self, reference: &'a str) -> Option<&'a str> {
        let digest = self.tags.get(reference).map_or(reference, String::as_str);
        self.manifests.contains_key(digest).then_some(digest)
    }

    /// The tags of a manifest.
    pub(crate) fn tags_of(&self, digest: &str) -> Vec<&str> {
        let tags = self.tags.iter().filter(|(_, known)| *known == digest);
        tags.map(|(tag, _)| tag.as_str()).collect()
    }
}

/// Where the bytes are.
pub(crate) struct Blobs {
    directory: PathBuf,
    /// Goes with the local AWS, where there is no data directory.
    _temporary: Option<TempDir>,
}

impl Blobs {
    /// Makes the directories, in the data directory or in a temporary one.
    ///
    /// # Errors
    /// One sentence where they cannot be made.
    pub(crate) fn open(data: Option<&Path>) -> anyhow::Result<Self> {
        let (directory, temporary) = if let Some(data) = data {
            (data.join("registry"), None)
        } else {
            let temporary = tempfile::tempdir().context(
                "no temporary directory for images can be made: set TMPDIR to one that can be written",
            )?;
            (temporary.path().to_owned(), Some(temporary))
        };
        // What was cut off in the middle is sent again from its beginning.
        let _ = fs::remove_dir_all(directory.join("uploads"));
        for part in ["blobs", "uploads", "images"] {
            let path = directory.join(part);
            fs::create_dir_all(&path).with_context(|| {
                format!(
                    "the directory {} cannot be made: choose another with --data",
                    path.display()
                )
            })?;
        }
        Ok(Self {
            directory,
            _temporary: temporary,
        })
    }

    /// The file of a blob; none for a text that is no digest.
    pub(crate) fn blob(&self, digest: &str) -> Option<PathBuf> {
        Some(self.directory.join("blobs").join(digits(digest)?))
    }

    /// Where an image is unpacked; none for a text that is no digest.
    fn image(&self, digest: &str) -> Option<PathBuf> {
        Some(self.directory.join("images").join(digits(digest)?))
    }

    /// The file of an upload; none for a text that is no id of one.
    fn upload(&self, id: &str) -> Option<PathBuf> {
        let id = uuid::Uuid::try_parse(id).ok()?;
        Some(self.directory.join("uploads").join(id.to_string()))
    }
}

/// The 64 digits of `sha256:…`, which are safe as the name of a file.
fn digits(digest: &str) -> Option<&str> {
    let digits = digest.strip_prefix("sha256:")?;
    let is_hex = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then_some(digits)
}

/// The digest of some bytes.
pub(crate) fn digest(bytes: &[u8]) -> String {
    named(&Sha256::digest(bytes))
}

/// The digest of a file, read piece by piece.
fn digest_of_file(path: &Path) -> std::io::Result<String> {
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

fn named(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = "sha256:".to_owned();
    for byte in hash {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

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
