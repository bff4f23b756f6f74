//! The layers of an image, unpacked one over the other.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

use tar::EntryType;

use super::manifest::Manifest;
use crate::account::Account;

/// Unpacks all layers beside `root`, then renames the result to `root`. `root` is therefore
/// complete or missing.
pub(super) fn unpack(account: &Account, manifest: &Manifest, root: &Path) -> io::Result<()> {
    if root.is_dir() {
        return Ok(());
    }
    let parent = root.parent().unwrap_or(root);
    let fresh = tempfile::tempdir_in(parent)?;
    for layer in &manifest.layers {
        let blob = account.blobs.blob(&layer.digest);
        let blob = blob.ok_or(io::ErrorKind::NotFound)?;
        let blob = BufReader::new(File::open(blob)?);
        let content: Box<dyn Read> = match layer.media_type.rsplit(['+', '.']).next() {
            Some("zstd") => Box::new(zstd::stream::read::Decoder::new(blob)?),
            Some("gzip") => Box::new(flate2::read::GzDecoder::new(blob)),
            _ => Box::new(blob),
        };
        add_layer(fresh.path(), content)?;
    }
    match fs::rename(fresh.path(), root) {
        // Another task has unpacked the image first.
        Err(_) if root.is_dir() => Ok(()),
        outcome => outcome,
    }
}

/// The prefix that marks a file of a lower layer as deleted.
const WHITEOUT: &str = ".wh.";
/// The name that marks all files of the lower layers in its directory as deleted.
const OPAQUE: &str = ".wh..wh..opq";

fn add_layer(root: &Path, content: impl Read) -> io::Result<()> {
    let mut archive = tar::Archive::new(content);
    let is_root = rustix::process::geteuid().is_root();
    archive.set_preserve_permissions(true);
    archive.set_preserve_ownerships(is_root);
    for entry in archive.entries()? {
        let mut entry = entry?;
        // Only the kernel of this machine could use a device, and no container may.
        if matches!(
            entry.header().entry_type(),
            EntryType::Block | EntryType::Char | EntryType::Fifo
        ) {
            continue;
        }
        let path = entry.path()?.into_owned();
        let name = path.file_name().and_then(|name| name.to_str());
        match name.and_then(|name| name.strip_prefix(WHITEOUT)) {
            None => {
                let is_directory = entry.header().entry_type().is_dir();
                make_room(root, &path, is_directory)?;
                // This skips a file whose path leads outside the root.
                entry.unpack_in(root)?;
                if is_directory && !is_root {
                    keep_open(root, &path)?;
                }
            }
            Some(deleted) => remove(root, &path, deleted)?,
        }
    }
    Ok(())
}

/// The directory of a file of a layer, if it exists inside the root.
fn directory_of(root: &Path, path: &Path) -> Option<PathBuf> {
    let parent = path.parent().unwrap_or(Path::new(""));
    let is_plain = |part: Component<'_>| {
        matches!(
            part,
            Component::Normal(_) | Component::CurDir | Component::RootDir
        )
    };
    if !parent.components().all(is_plain) {
        return None;
    }
    let directory = root.join(parent.strip_prefix("/").unwrap_or(parent));
    let real = directory.canonicalize().ok()?;
    real.starts_with(root.canonicalize().ok()?)
        .then_some(directory)
}

/// Removes what a lower layer has in place of a file or directory, if it is of the other kind.
fn make_room(root: &Path, path: &Path, is_directory: bool) -> io::Result<()> {
    let Some((directory, name)) = directory_of(root, path).zip(path.file_name()) else {
        return Ok(());
    };
    let place = directory.join(name);
    match fs::symlink_metadata(&place) {
        Ok(found) if found.is_dir() != is_directory => remove_any(&place),
        _ => Ok(()),
    }
}

/// Lets the user of the local AWS write into a directory that the image makes read-only: more of its
/// files follow.
fn keep_open(root: &Path, path: &Path) -> io::Result<()> {
    let Some((directory, name)) = directory_of(root, path).zip(path.file_name()) else {
        return Ok(());
    };
    let place = directory.join(name);
    let mut permissions = fs::symlink_metadata(&place)?.permissions();
    permissions.set_mode(permissions.mode() | 0o700);
    fs::set_permissions(place, permissions)
}

fn remove(root: &Path, whiteout: &Path, deleted: &str) -> io::Result<()> {
    let Some(directory) = directory_of(root, whiteout) else {
        return Ok(());
    };
    if whiteout.file_name().is_some_and(|name| name == OPAQUE) {
        for entry in fs::read_dir(directory)? {
            remove_any(&entry?.path())?;
        }
        return Ok(());
    }
    remove_any(&directory.join(deleted))
}

fn remove_any(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(files: &[(&str, &str)]) -> Vec<u8> {
        let mut layer = tar::Builder::new(Vec::new());
        for (name, text) in files {
            let mut header = tar::Header::new_gnu();
            // Set by hand, because the library refuses a name that leads outside.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_uid(0);
            header.set_gid(0);
            header.set_cksum();
            layer.append(&header, text.as_bytes()).unwrap();
        }
        layer.into_inner().unwrap()
    }

    #[test]
    fn later_layers_cover_and_delete_what_is_below() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        fs::create_dir(&root).unwrap();
        let lower = layer(&[
            ("a", "1"),
            ("b", "1"),
            ("d/x", "1"),
            ("d/y", "1"),
            ("e/x", "1"),
        ]);
        let upper = layer(&[
            ("a", "2"),
            (".wh.b", ""),
            ("d/.wh..wh..opq", ""),
            ("e/.wh.x", ""),
        ]);
        add_layer(&root, lower.as_slice()).unwrap();
        add_layer(&root, upper.as_slice()).unwrap();
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "2");
        for gone in ["b", "d/x", "d/y", "e/x"] {
            assert!(!root.join(gone).exists(), "{gone}");
        }
    }

    #[test]
    fn nothing_leaves_the_root() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        fs::create_dir(&root).unwrap();
        fs::write(outer.path().join("mine"), "safe").unwrap();
        let hostile = layer(&[("../out", "x"), ("../.wh.mine", ""), ("/absolute", "x")]);
        add_layer(&root, hostile.as_slice()).unwrap();
        assert!(!outer.path().join("out").exists());
        assert!(outer.path().join("mine").exists());
        assert!(root.join("absolute").exists());
    }
}
