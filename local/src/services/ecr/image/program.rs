//! The program of an image, and how it is started.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::layers::unpack;
use super::{Image, not_found};
use crate::account::Account;

/// The program of an image, ready to start.
#[derive(Debug)]
pub(crate) struct Program {
    /// Its file, within `root`.
    pub(crate) path: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) directory: PathBuf,
    /// Variables as `NAME=VALUE`.
    pub(crate) environment: Vec<String>,
}

/// The parts of an image's manifest that are needed to find the program.
#[derive(Deserialize)]
pub(super) struct Manifest {
    config: Descriptor,
    #[serde(default)]
    pub(super) layers: Vec<Descriptor>,
}

/// A blob that a manifest names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) digest: String,
    #[serde(default)]
    pub(super) media_type: String,
}

/// The configuration of an image.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    config: Option<Execution>,
}

/// How the image's program is started.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Execution {
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    env: Option<Vec<String>>,
    working_dir: Option<String>,
}

/// The program of an image. The image is unpacked only once.
///
/// # Errors
/// ECS's message for an image that cannot be pulled or has no program.
pub(crate) fn program(account: &Account, image: &Image) -> Result<Program, String> {
    let name = &image.name;
    let not_found = || not_found(name);
    let broken = |err: &dyn std::fmt::Display| {
        format!("CannotPullContainerError: {name} cannot be unpacked: {err}")
    };
    let manifest: Manifest = serde_json::from_str(&image.manifest).map_err(|err| broken(&err))?;
    let root = account.blobs.image(&image.digest).ok_or_else(not_found)?;
    unpack(account, &manifest, &root).map_err(|err| broken(&err))?;
    let config = account.blobs.blob(&manifest.config.digest);
    let config = fs::read(config.ok_or_else(not_found)?).map_err(|err| broken(&err))?;
    let config: Configuration = serde_json::from_slice(&config).map_err(|err| broken(&err))?;
    of_config(&root, config.config.unwrap_or_default())
        .map_err(|reason| format!("CannotStartContainerError: {name}: {reason}"))
}

fn of_config(root: &Path, config: Execution) -> Result<Program, String> {
    let mut words = config.entrypoint.unwrap_or_default();
    words.extend(config.cmd.unwrap_or_default());
    if words.is_empty() {
        return Err("it has neither an entry point nor a command".into());
    }
    let program = words.remove(0);
    let directory = config.working_dir.as_deref().unwrap_or("/");
    Ok(Program {
        path: within(root, &program)?,
        arguments: words,
        directory: within(root, directory)?,
        environment: config.env.unwrap_or_default(),
    })
}

/// Converts a path in the image to a path on this machine. Links must not lead outside the image.
fn within(root: &Path, path: &str) -> Result<PathBuf, String> {
    let missing = |err: io::Error| format!("{path}: {err}");
    let root = root.canonicalize().map_err(missing)?;
    let full = root.join(path.trim_start_matches('/'));
    let full = full.canonicalize().map_err(missing)?;
    if full.starts_with(&root) {
        Ok(full)
    } else {
        Err(format!("{path} is a link to outside the image"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_does_not_lead_out_of_the_image() {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/bin", root.path().join("bin")).unwrap();
        let refused = within(root.path(), "/bin/sh").unwrap_err();
        assert!(refused.contains("outside the image"), "{refused}");
    }
}
