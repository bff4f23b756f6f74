use std::path::Path;

use sha2::{Digest, Sha256};

use super::files::{below, read};
use super::{Error, digest};

/// What decides on the binary and the assets; tests of the app do not.
pub(crate) const FILES: [&str; 4] = [
    "Cargo.lock",
    "Cargo.toml",
    "app/Cargo.toml",
    "rust-toolchain.toml",
];
pub(crate) const DIRECTORIES: [&str; 3] = ["app/src", "app/templates", "static"];

/// A digest of the sources of the app, if they are there.
pub(crate) fn hash(workspace: &Path) -> Result<Option<String>, Error> {
    let is_there = |name: &&str| workspace.join(name).exists();
    if !FILES.iter().chain(&DIRECTORIES).all(is_there) {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    for name in FILES {
        add(&mut hash, name, &workspace.join(name))?;
    }
    for directory in DIRECTORIES {
        for found in below(&workspace.join(directory))? {
            if !found.is_dir {
                add(
                    &mut hash,
                    &format!("{directory}/{}", found.name),
                    &found.path,
                )?;
            }
        }
    }
    Ok(Some(format!("sha256:{}", digest::hex(&hash.finalize()))))
}

/// The name and the length keep one file from running into the next.
fn add(hash: &mut Sha256, name: &str, path: &Path) -> Result<(), Error> {
    let bytes = read(path)?;
    hash.update(format!("{name}\0{}\0", bytes.len()));
    hash.update(bytes);
    Ok(())
}
