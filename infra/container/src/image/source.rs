use std::path::Path;

use sha2::{Digest, Sha256};

use super::files::{below, read};
use super::{Error, digest};

/// What decides on the binary and the assets.
pub(crate) const FILES: [&str; 3] = ["Cargo.lock", "Cargo.toml", "rust-toolchain.toml"];
pub(crate) const DIRECTORIES: [&str; 4] = ["app", "connect", "items", "static"];
/// What does not, although it is among them.
pub(crate) const APART: [&str; 2] = ["app/benches", "app/tests"];

/// A digest of the sources of the app, if they are there.
pub fn source_digest(workspace: &Path) -> Result<Option<String>, Error> {
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
            let name = format!("{directory}/{}", found.name);
            let is_apart = APART
                .iter()
                .any(|apart| Path::new(&name).starts_with(apart));
            if !found.is_dir && !is_apart {
                add(&mut hash, &name, &found.path)?;
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
