//! The sources that the app is built from: the one list of them.
//!
//! It decides whether `dist/` is stale, and which commit an image is labelled with. A test compares
//! it with the path dependencies of the app.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::image::files::{below, read};
use crate::image::{Error, digest};

/// The files of the workspace that the binary depends on.
pub(in crate::image) const FILES: [&str; 3] = ["Cargo.lock", "Cargo.toml", "rust-toolchain.toml"];
/// The directories of the workspace that the binary and the assets depend on: `static` with the
/// assets, the app, and the crates of the workspace that it is linked with.
pub(in crate::image) const DIRECTORIES: [&str; 4] = ["app", "connect", "items", "static"];
/// Parts of these directories that do not matter.
pub(in crate::image) const EXCLUDED: [&str; 2] = ["app/benches", "app/tests"];

/// The digest of the sources of the app; `None` if they are not there.
pub fn source_digest(workspace: &Path) -> Result<Option<String>, Error> {
    let exists = |name: &&str| workspace.join(name).exists();
    if !FILES.iter().chain(&DIRECTORIES).all(exists) {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    for name in FILES {
        add(&mut hash, name, &workspace.join(name))?;
    }
    for directory in DIRECTORIES {
        for found in below(&workspace.join(directory))? {
            let name = format!("{directory}/{}", found.name);
            let is_excluded = EXCLUDED
                .iter()
                .any(|excluded| Path::new(&name).starts_with(excluded));
            if !found.is_dir && !is_excluded {
                add(&mut hash, &name, &found.path)?;
            }
        }
    }
    Ok(Some(format!("sha256:{}", digest::hex(&hash.finalize()))))
}

/// Adds a file with its name and its length, so that no two sets of files give the same input.
fn add(hash: &mut Sha256, name: &str, path: &Path) -> Result<(), Error> {
    let bytes = read(path)?;
    hash.update(format!("{name}\0{}\0", bytes.len()));
    hash.update(bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::process::Command;

    use serde_json::Value;

    use super::*;

    /// The workspace, and its packages by name, as cargo knows them.
    fn packages() -> (String, BTreeMap<String, Value>) {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{output:?}");
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let root = metadata["workspace_root"].as_str().expect("a path");
        let packages = metadata["packages"].as_array().expect("a list").iter();
        let by_name = packages.map(|package| {
            let name = package["name"].as_str().expect("a name");
            (name.to_owned(), package.clone())
        });
        (root.to_owned(), by_name.collect())
    }

    /// The packages of the workspace that a package is linked with or built by, itself included.
    fn linked(packages: &BTreeMap<String, Value>, name: &str, found: &mut BTreeSet<String>) {
        if !found.insert(name.to_owned()) {
            return;
        }
        let dependencies = packages[name]["dependencies"].as_array().expect("a list");
        for dependency in dependencies {
            let is_linked = dependency["kind"] != "dev";
            if is_linked && dependency.get("path").is_some_and(Value::is_string) {
                let name = dependency["name"].as_str().expect("a name");
                linked(packages, name, found);
            }
        }
    }

    #[test]
    fn the_directories_are_those_of_the_path_dependencies_of_the_app() {
        let (root, packages) = packages();
        let mut names = BTreeSet::new();
        linked(&packages, crate::image::dist::BINARY, &mut names);
        assert!(names.len() > 1, "the app uses crates of the workspace");
        let directory = |name: &String| {
            let manifest = packages[name]["manifest_path"].as_str().expect("a path");
            let directory = Path::new(manifest).parent().expect("a directory");
            let relative = directory.strip_prefix(&root).expect("in the workspace");
            relative.to_str().expect("Unicode").to_owned()
        };
        let mut expected: BTreeSet<_> = names.iter().map(directory).collect();
        expected.insert("static".to_owned());
        let listed: BTreeSet<_> = DIRECTORIES.map(str::to_owned).into();
        assert_eq!(listed, expected);
    }

    #[test]
    fn every_listed_source_exists() {
        let workspace = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        for name in FILES.iter().chain(&DIRECTORIES).chain(&EXCLUDED) {
            assert!(workspace.join(name).exists(), "{name}");
        }
    }

    /// `docker build --target from-source` builds inside the context, where cargo needs all manifests.
    #[test]
    fn the_context_of_docker_contains_every_package_of_the_workspace() {
        let (root, packages) = packages();
        let ignore = std::fs::read_to_string(Path::new(&root).join(".dockerignore"));
        let ignore = ignore.expect("the file exists");
        for package in packages.values() {
            let manifest = package["manifest_path"].as_str().expect("a path");
            let relative = Path::new(manifest).strip_prefix(&root);
            let first = relative.expect("in the workspace").components().next();
            let line = format!("!{}", first.expect("a name").as_os_str().display());
            assert!(ignore.lines().any(|one| one == line), "{line} is missing");
        }
    }
}
