//! From an image in the registry to a program on this machine.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::account::Account;

/// What a container of an image runs.
#[derive(Debug)]
pub(crate) struct Program {
    /// Its file, within `root`.
    pub(crate) path: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) directory: PathBuf,
    /// Variables as `NAME=VALUE`.
    pub(crate) environment: Vec<String>,
}

/// An image of the local AWS's own registry.
#[derive(Debug)]
pub(crate) struct Image {
    /// As the task definition has it.
    name: String,
    /// The name with its digest: what a client pulls.
    pub(crate) reference: String,
    digest: String,
    manifest: String,
}

/// The image, where `image` names one of the local AWS's own registry. None for any other name.
///
/// # Errors
/// The words in which ECS reports an image that is not there.
pub(crate) fn find(account: &Account, image: &str) -> Result<Option<Image>, String> {
    let Some(rest) = image.strip_prefix(&format!("{}/", account.endpoint)) else {
        return Ok(None);
    };
    let (name, reference) = split(rest);
    let found = account.read(|state| {
        let repository = state.repositories.0.get(name)?;
        let digest = repository.digest(reference)?;
        Some((digest.to_owned(), repository.manifests[digest].text.clone()))
    });
    let (digest, manifest) = found.ok_or_else(|| not_found(image))?;
    Ok(Some(Image {
        name: image.to_owned(),
        reference: format!("{}/{name}@{digest}", account.endpoint),
        digest,
        manifest,
    }))
}

fn not_found(image: &str) -> String {
    format!("CannotPullContainerError: failed to resolve ref {image}: {image}: not found")
}

/// The program of an image, which is unpacked once.
///
/// # Errors
/// The words in which ECS reports an image that cannot be pulled or has no program.
pub(crate) fn program(account: &Account, image: &Image) -> Result<Program, String> {
    let name = &image.name;
    let not_found = || not_found(name);
    let broken = |error: &dyn std::fmt::Display| {
        format!("CannotPullContainerError: {name} cannot be unpacked: {error}")
    };
    let manifest: Value = serde_json::from_str(&image.manifest).map_err(|error| broken(&error))?;
    let root = account.blobs.image(&image.digest).ok_or_else(not_found)?;
    unpack(account, &manifest, &root).map_err(|error| broken(&error))?;
    let config = manifest["config"]["digest"].as_str().unwrap_or_default();
    let config = account.blobs.blob(config).ok_or_else(not_found)?;
    let config = fs::read(config).map_err(|error| broken(&error))?;
    let config: Value = serde_json::from_slice(&config).map_err(|error| broken(&error))?;
    of_config(&root, &config["config"])
        .map_err(|reason| format!("CannotStartContainerError: {name}: {reason}"))
}

/// `name@sha256:…`, `name:tag`, or a name whose tag is `latest`.
fn split(image: &str) -> (&str, &str) {
    image
        .split_once('@')
        .or_else(|| image.rsplit_once(':'))
        .unwrap_or((image, "latest"))
}

fn of_config(root: &Path, config: &Value) -> Result<Program, String> {
    let list = |name: &str| -> Vec<String> {
        let list = config[name].as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut words = list("Entrypoint");
    words.extend(list("Cmd"));
    if words.is_empty() {
        return Err("it has neither an entry point nor a command".into());
    }
    let program = words.remove(0);
    let directory = within(root, config["WorkingDir"].as_str().unwrap_or("/"))?;
    Ok(Program {
        path: within(root, &program)?,
        arguments: words,
        directory,
        environment: list("Env"),
    })
}

/// A path of the image as one of this machine; a link must not lead out of the image.
fn within(root: &Path, path: &str) -> Result<PathBuf, String> {
    let missing = |error: io::Error| format!("{path}: {error}");
    let root = root.canonicalize().map_err(missing)?;
    let full = root.join(path.trim_start_matches('/'));
    let full = full.canonicalize().map_err(missing)?;
    if full.starts_with(&root) {
        Ok(full)
    } else {
        Err(format!("{path} leads out of the image"))
    }
}

/// Unpacks all layers beside `root` and then puts them in its place, so that it is whole or not
/// there.
fn unpack(account: &Account, manifest: &Value, root: &Path) -> io::Result<()> {
    if root.is_dir() {
        return Ok(());
    }
    let parent = root.parent().unwrap_or(root);
    let fresh = tempfile::tempdir_in(parent)?;
    for layer in manifest["layers"].as_array().into_iter().flatten() {
        let digest = layer["digest"].as_str().unwrap_or_default();
        let blob = account.blobs.blob(digest).ok_or(io::ErrorKind::NotFound)?;
        let media_type = layer["mediaType"].as_str().unwrap_or_default();
        let blob = BufReader::new(File::open(blob)?);
        let content: Box<dyn Read> = match media_type.rsplit(['+', '.']).next() {
            Some("zstd") => Box::new(zstd::stream::read::Decoder::new(blob)?),
            Some("gzip") => Box::new(flate2::read::GzDecoder::new(blob)),
            _ => Box::new(blob),
        };
        add_layer(fresh.path(), content)?;
    }
    match fs::rename(fresh.path(), root) {
        // Another task was faster.
        Err(_) if root.is_dir() => Ok(()),
        outcome => outcome,
    }
}

/// The name that stands for a file of a lower layer that is deleted.
const WHITEOUT: &str = ".wh.";
/// The name that stands for everything of the lower layers in its directory.
const OPAQUE: &str = ".wh..wh..opq";

fn add_layer(root: &Path, content: impl Read) -> io::Result<()> {
    let mut archive = tar::Archive::new(content);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let name = path.file_name().and_then(|name| name.to_str());
        match name.and_then(|name| name.strip_prefix(WHITEOUT)) {
            None => {
                // What would land outside of the root is left out.
                entry.unpack_in(root)?;
            }
            Some(deleted) => remove(root, &path, deleted)?,
        }
    }
    Ok(())
}

fn remove(root: &Path, whiteout: &Path, deleted: &str) -> io::Result<()> {
    let parent = whiteout.parent().unwrap_or(Path::new(""));
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let directory = root.join(parent);
    if !parent.components().all(is_plain)
        || !directory
            .canonicalize()
            .is_ok_and(|path| root.canonicalize().is_ok_and(|root| path.starts_with(root)))
    {
        return Ok(());
    }
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
            // Set by hand: the library would refuse a name that leads out.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
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
        std::os::unix::fs::symlink("/bin", root.join("bin")).unwrap();
        assert!(within(&root, "/bin/sh").unwrap_err().contains("leads out"));
    }

    #[test]
    fn a_reference_is_a_digest_or_a_tag() {
        for (image, expected) in [
            ("a/b@sha256:00", ("a/b", "sha256:00")),
            ("a/b:1", ("a/b", "1")),
            ("a/b", ("a/b", "latest")),
        ] {
            assert_eq!(split(image), expected);
        }
    }
}
