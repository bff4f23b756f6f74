use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::image::Error;

/// The directory that [`build_app`](crate::image::build_app()) fills by default: `dist/` of the workspace.
#[must_use]
pub fn default_dist() -> PathBuf {
    // Without a current directory the relative path `dist` is as good as any.
    let here = || env::current_dir().unwrap_or_else(|_| PathBuf::new());
    root_by_cargo()
        .or_else(|| root_above(&here()))
        .unwrap_or_else(here)
        .join("dist")
}

/// The workspace with the sources of the app.
pub(in crate::image) fn root() -> Result<PathBuf, Error> {
    let here = env::current_dir().map_err(Error::file(Path::new(".")))?;
    root_by_cargo()
        .or_else(|| root_above(&here))
        .ok_or(Error::NoWorkspace)
}

/// The workspace that contains `dist/`.
pub(super) fn root_above_dist(dist: &Path) -> Option<PathBuf> {
    let dist = dist.canonicalize().ok()?;
    root_above(&dist)
}

/// The workspace of the package that `cargo run` has started.
fn root_by_cargo() -> Option<PathBuf> {
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
