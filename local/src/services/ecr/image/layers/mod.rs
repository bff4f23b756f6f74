//! The layers of an image, unpacked one over the other.

#[cfg(target_os = "linux")]
mod budget;
#[cfg(target_os = "linux")]
mod entry;
#[cfg(target_os = "linux")]
mod layer;
#[cfg(target_os = "linux")]
mod meter;

#[cfg(all(test, target_os = "linux"))]
mod tests;

use std::fs;
#[cfg(target_os = "linux")]
use std::fs::File;
#[cfg(target_os = "linux")]
use std::io::{BufReader, Read};
use std::path::Path;

use super::manifest::Manifest;
use crate::account::Account;

/// Unpacks all layers beside `root`, then renames the result to `root`. `root` is therefore
/// complete or missing. `contents` are the digests of the layers before they were compressed.
///
/// # Errors
/// The reason in containerd's words.
pub(super) fn unpack(
    account: &Account,
    manifest: &Manifest,
    contents: &[String],
    root: &Path,
) -> Result<(), String> {
    if root.is_dir() {
        return Ok(());
    }
    if contents.len() != manifest.layers.len() {
        return Err("failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers".to_owned());
    }
    let parent = root.parent().unwrap_or(root);
    let fresh = tempfile::tempdir_in(parent).map_err(|err| err.to_string())?;
    unpack_all(account, manifest, contents, fresh.path())?;
    match fs::rename(fresh.path(), root) {
        // Another task has unpacked the image first.
        Err(_) if root.is_dir() => Ok(()),
        outcome => outcome.map_err(|err| err.to_string()),
    }
}

#[cfg(not(target_os = "linux"))]
fn unpack_all(_: &Account, _: &Manifest, _: &[String], _: &Path) -> Result<(), String> {
    Err("the local AWS unpacks images on Linux only".to_owned())
}

#[cfg(target_os = "linux")]
fn unpack_all(
    account: &Account,
    manifest: &Manifest,
    contents: &[String],
    root: &Path,
) -> Result<(), String> {
    let mut budget = budget::Budget::new(root);
    for (layer, content) in manifest.layers.iter().zip(contents) {
        let unpacked = blob(account, layer)
            .and_then(|blob| layer::add(root, blob, &mut budget))
            .map_err(|err| format!("failed to extract layer {content}: {err}"))?;
        if unpacked != *content {
            return Err(format!(
                "wrong diff id calculated on extraction \"{unpacked}\""
            ));
        }
    }
    Ok(())
}

/// The content of a layer.
#[cfg(target_os = "linux")]
fn blob(account: &Account, layer: &super::manifest::Descriptor) -> std::io::Result<Box<dyn Read>> {
    let blob = account.blobs.blob(&layer.digest);
    let blob = blob.ok_or(std::io::ErrorKind::NotFound)?;
    let blob = BufReader::new(File::open(blob)?);
    Ok(match layer.media_type.rsplit(['+', '.']).next() {
        Some("zstd") => Box::new(zstd::stream::read::Decoder::new(blob)?),
        // Some builders begin a new gzip stream for each file.
        Some("gzip") => Box::new(flate2::read::MultiGzDecoder::new(blob)),
        _ => Box::new(blob),
    })
}

/// Unpacks a layer, as those of images are. Used by the fuzzing of this crate.
///
/// # Errors
/// The layer cannot be unpacked.
#[cfg(target_os = "linux")]
pub(crate) fn unpack_layer(root: &Path, content: &[u8]) -> std::io::Result<String> {
    layer::add(root, content, &mut budget::Budget::of(root, 1 << 20, 1000))
}
