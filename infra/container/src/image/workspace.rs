use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;

/// Where [`build_app`](super::build_app) puts what it builds: `dist/` of the workspace.
#[must_use]
pub fn default_dist() -> PathBuf {
    let here = || env::current_dir().unwrap_or_default();
    start()
        .or_else(|| root_above(&here()))
        .unwrap_or_else(here)
        .join("dist")
}

/// The workspace with the sources of the app.
pub(crate) fn root() -> Result<PathBuf, Error> {
    let here = env::current_dir().map_err(Error::file(Path::new(".")))?;
    start()
        .or_else(|| root_above(&here))
        .ok_or(Error::NoWorkspace)
}

/// The workspace that `dist/` is in, or that this program was started in.
pub(crate) fn root_if_any(dist: &Path) -> Option<PathBuf> {
    let dist = dist.canonicalize().ok()?;
    root_above(&dist)
}

/// Where `cargo run` has found the package.
fn start() -> Option<PathBuf> {
    let package = env::var_os("CARGO_MANIFEST_DIR")?;
    root_above(Path::new(&package))
}

fn root_above(start: &Path) -> Option<PathBuf> {
    let is_root = |directory: &&Path| {
        fs::read_to_string(directory.join("Cargo.toml"))
            .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
    };
    start.ancestors().find(is_root).map(Path::to_owned)
}
