//! Adding an image to a repository, by the registry's protocol or by `PutImage`.

use serde::Deserialize;

use super::lifecycle::expire;
use super::repositories::{Manifest, Repository};
use crate::account::Account;
use crate::aws::seconds;

/// Why an image cannot be added.
#[derive(Debug)]
pub(super) enum Rejection {
    /// The manifest cannot be read or is not that of an image.
    Invalid(String),
    /// The manifest names a blob that was not pushed.
    UnknownBlob(String),
    /// The tag belongs to another image and is immutable.
    ImmutableTag(String),
}

/// The blobs of a manifest. A manifest without layers is an image index.
#[derive(Deserialize)]
struct Blobs {
    layers: Option<Vec<Blob>>,
    #[serde(default)]
    config: Blob,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Blob {
    digest: String,
    size: u64,
}

/// A manifest that is being pushed.
///
/// # Errors
/// It cannot be read, or names blobs that were not pushed.
pub(super) fn manifest(
    account: &Account,
    media_type: String,
    text: String,
) -> Result<Manifest, Rejection> {
    Ok(Manifest {
        size: size(account, &text)?,
        media_type,
        text,
        pushed: seconds(),
    })
}

/// The total size of all blobs, which must exist.
fn size(account: &Account, manifest: &str) -> Result<u64, Rejection> {
    let blobs: Blobs =
        serde_json::from_str(manifest).map_err(|err| Rejection::Invalid(err.to_string()))?;
    let layers = blobs.layers.ok_or_else(|| {
        Rejection::Invalid("the local registry does not accept image indexes".to_owned())
    })?;
    let mut size = 0;
    for blob in layers.iter().chain([&blobs.config]) {
        let digest = &blob.digest;
        let is_there = account
            .blobs
            .blob(digest)
            .is_some_and(|path| path.is_file());
        if !is_there {
            return Err(Rejection::UnknownBlob(format!(
                "Layer {digest} is not there: push it first"
            )));
        }
        size = blob.size.saturating_add(size);
    }
    Ok(size)
}

/// Adds an image, or a tag to an existing one. Then the lifecycle policy applies.
///
/// # Errors
/// The tag cannot be moved.
pub(super) fn add(
    repository: &mut Repository,
    name: &str,
    tag: Option<&str>,
    digest: &str,
    manifest: Manifest,
) -> Result<(), Rejection> {
    if let Some(tag) = tag {
        let other = repository.tags.get(tag).filter(|known| *known != digest);
        if other.is_some() && repository.is_immutable(tag) {
            return Err(Rejection::ImmutableTag(format!(
                "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because the tag is immutable."
            )));
        }
        repository.tags.insert(tag.to_owned(), digest.to_owned());
    }
    repository
        .manifests
        .entry(digest.to_owned())
        .or_insert(manifest);
    expire(repository);
    Ok(())
}
