//! From the name of an image to its files on this machine.

mod config;
mod layers;
mod manifest;
mod name;
mod remote;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::config::Configuration;
pub(crate) use self::config::Execution;
#[cfg(target_os = "linux")]
pub(crate) use self::layers::unpack_layer;
use self::manifest::{Index, Manifest};
use self::name::Name;
use crate::account::Account;

/// An image, unpacked on this machine.
#[derive(Debug)]
pub(crate) struct Image {
    /// The digest of its manifest.
    pub(crate) digest: String,
    /// The directory with its files, which no container changes.
    pub(crate) root: PathBuf,
    /// How its program is started.
    pub(crate) execution: Execution,
    /// The processor that it is made for, such as `amd64`; empty if it does not say.
    pub(crate) architecture: String,
}

/// Pulls an image for a processor, such as `amd64`: it finds its manifest and unpacks its layers, if that
/// has not been done before.
///
/// # Errors
/// The reason in containerd's words, such as `failed to resolve ref …: not found`.
pub(crate) async fn pull(
    account: &Arc<Account>,
    image: &str,
    architecture: &str,
) -> Result<Image, String> {
    let name = Name::parse(image)?;
    let (digest, manifest) = if name.is_of(account) {
        in_account(account, &name).ok_or_else(|| name.not_found())?
    } else {
        remote::fetch(account, &name, architecture).await?
    };
    // An SBOM or a signature can be pulled, but has no files. The words are those of containerd.
    if !has_root(account, &manifest) {
        return Err(format!(
            "failed to pull and unpack image \"{name}\": failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers"
        ));
    }
    let account = Arc::clone(account);
    let shown = name.to_string();
    // This takes a moment and must not block the requests.
    let unpacked = tokio::task::spawn_blocking(move || unpack(&account, digest, &manifest));
    let unpacked = unpacked.await.map_err(|err| err.to_string()).flatten();
    unpacked.map_err(|reason| format!("failed to pull and unpack image \"{shown}\": {reason}"))
}

/// Reads a text as each document of a registry.
pub(crate) fn fuzz(text: &str) {
    let _ = serde_json::from_str::<Manifest>(text);
    let _ = serde_json::from_str::<Configuration>(text);
    if let Ok(index) = serde_json::from_str::<Index>(text) {
        index.for_platform("amd64");
    }
    if let Ok(name) = Name::parse(text) {
        // What is shown can be read again.
        assert!(Name::parse(&name.to_string()).is_ok(), "{name}");
    }
}

/// The repository of an image, if it is in the registry of this account.
pub(super) fn repository(account: &Account, image: &str) -> Option<String> {
    let name = Name::parse(image).ok()?;
    name.is_of(account).then_some(name.repository)
}

/// The digest and the manifest of an image in the registry of this account.
fn in_account(account: &Account, name: &Name) -> Option<(String, String)> {
    account.read(|state| {
        let repository = state.repositories.get(&name.repository)?;
        let digest = repository.digest(&name.reference)?;
        Some((digest.to_owned(), repository.manifests[digest].text.clone()))
    })
}

/// Returns whether the configuration of an image names its layers. What cannot be read is reported later.
fn has_root(account: &Account, manifest: &str) -> bool {
    let Ok(manifest) = serde_json::from_str::<Manifest>(manifest) else {
        return true;
    };
    let config = account.blobs.blob(&manifest.config.digest);
    let config = config.and_then(|path| std::fs::read(path).ok());
    let config = config.and_then(|bytes| serde_json::from_slice::<Configuration>(&bytes).ok());
    config.is_none_or(|config| config.rootfs.diff_ids.len() == manifest.layers.len())
}

fn unpack(account: &Account, digest: String, manifest: &str) -> Result<Image, String> {
    let manifest: Manifest = serde_json::from_str(manifest).map_err(|err| err.to_string())?;
    let root = account
        .blobs
        .image(&digest)
        .ok_or("its digest is not one")?;
    let config = account.blobs.blob(&manifest.config.digest);
    let config = config.ok_or("its configuration has no digest")?;
    let config = read_config(&config)?;
    let config: Configuration = serde_json::from_slice(&config).map_err(|err| err.to_string())?;
    layers::unpack(account, &manifest, &config.rootfs.diff_ids, &root)?;
    Ok(Image {
        digest,
        root,
        architecture: config.architecture,
        execution: config.config.unwrap_or_default(),
    })
}

/// The largest configuration and the largest manifest, which are read into memory. The specification of
/// registries says it of manifests.
const LARGEST_DOCUMENT: u64 = 4 << 20;

fn read_config(path: &Path) -> Result<Vec<u8>, String> {
    let size = path.metadata().map(|found| found.len());
    if size.is_ok_and(|size| size > LARGEST_DOCUMENT) {
        return Err("its configuration is larger than 4 MiB".to_owned());
    }
    std::fs::read(path).map_err(|err| format!("its configuration is missing: {err}"))
}
