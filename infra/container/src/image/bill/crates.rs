use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::lockfile::checksums;

/// A crate of a build.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::image) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    /// Where cargo has it from; `None` for a crate of this workspace.
    pub(super) source: Option<String>,
    /// The licence, as an SPDX expression.
    pub(super) license: Option<String>,
    /// The SHA-256 of its archive.
    pub(super) checksum: Option<String>,
    /// Whether it is linked into the binary. Other crates only ran during the build.
    pub(super) is_linked: bool,
    /// Whether it is the crate of the binary.
    pub(super) is_root: bool,
    /// The positions of the crates that it uses.
    pub(super) dependencies: Vec<usize>,
}

/// The fields of a message of `cargo build` that are needed.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    filenames: Vec<String>,
}

/// The output of `cargo metadata`.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    source: Option<String>,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// The crates of a build, in the order of their names; `None` if the output of cargo has another form.
///
/// `messages` is what `cargo build` printed. It names exactly the crates that were compiled for this binary,
/// also those that were compiled earlier; what was compiled for the target is linked into it.
/// `cargo metadata` alone would list too many: it knows the features of the whole workspace only.
pub(in crate::image) fn crates(
    messages: &str,
    metadata: &str,
    lock: &str,
    target: &str,
    root: &str,
) -> Option<Vec<Crate>> {
    let (built, linked) = built(messages, target);
    let metadata: Metadata = serde_json::from_str(metadata).ok()?;
    let checksums = checksums(lock);
    let mut packages: Vec<_> = metadata.packages.iter().collect();
    packages.retain(|package| built.contains(&package.id));
    packages.sort_by(|one, other| {
        (&one.name, &one.version, &one.id).cmp(&(&other.name, &other.version, &other.id))
    });
    if packages.len() != built.len() {
        return None;
    }
    let positions = packages.iter().enumerate();
    let positions: BTreeMap<_, _> = positions
        .map(|(position, package)| (package.id.as_str(), position))
        .collect();
    let mut crates: Vec<_> = packages
        .iter()
        .map(|package| Crate {
            name: package.name.clone(),
            version: package.version.clone(),
            source: package.source.clone(),
            license: package.license.as_deref().map(expression),
            checksum: checksums
                .get(&(package.name.clone(), package.version.clone()))
                .filter(|_| package.source.is_some())
                .cloned(),
            is_linked: linked.contains(&package.id),
            is_root: package.name == root && package.source.is_none(),
            dependencies: Vec::new(),
        })
        .collect();
    for node in &metadata.resolve.nodes {
        if let Some(position) = positions.get(node.id.as_str()) {
            let dependencies = node.deps.iter().filter(|one| one.is_built());
            let dependencies = dependencies.filter_map(|one| positions.get(one.pkg.as_str()));
            let dependencies: BTreeSet<_> = dependencies.copied().collect();
            crates[*position].dependencies = dependencies.into_iter().collect();
        }
    }
    crates.iter().any(|one| one.is_root).then_some(crates)
}

/// The ids of all crates that were compiled, and of those that were compiled for the target.
fn built(messages: &str, target: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut built, mut linked) = (BTreeSet::new(), BTreeSet::new());
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Message>(line) else {
            continue;
        };
        if message.reason != "compiler-artifact" {
            continue;
        }
        // Build scripts and macros are compiled for this machine, in another directory.
        let mut files = message.filenames.iter().map(Path::new);
        if files.any(|file| file.components().any(|part| part.as_os_str() == target)) {
            linked.insert(message.package_id.clone());
        }
        built.insert(message.package_id);
    }
    (built, linked)
}

/// A licence in the form of SPDX. Old crates separate licences by a slash.
fn expression(license: &str) -> String {
    let parts: Vec<_> = license.split('/').map(str::trim).collect();
    parts.join(" OR ")
}

impl Dependency {
    /// Returns whether the dependency matters for a build: it does not only serve tests.
    fn is_built(&self) -> bool {
        let mut kinds = self.dep_kinds.iter();
        kinds.any(|one| one.kind.as_deref() != Some("dev"))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    const TARGET: &str = "x86_64-unknown-linux-gnu";

    /// A binary that uses a library and, to build, a macro; nothing uses the fourth crate.
    pub(in crate::image::bill) fn example() -> Vec<Crate> {
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        let package = |id: &str, source: Option<&str>, license: &str| json!({"id": id, "name": id, "version": "1.0.0", "source": source, "license": license});
        let uses = |id: &str, kind: Option<&str>| json!({"pkg": id, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [
                package("library", Some(registry), "MIT/Apache-2.0"),
                package("app", None, "MIT"),
                package("macro", Some(registry), "MIT"),
                package("unused", Some(registry), "MIT"),
            ],
            "resolve": {"nodes": [
                {"id": "app", "deps": [
                    uses("library", None), uses("macro", Some("build")), uses("unused", Some("dev")),
                ]},
                {"id": "library", "deps": [uses("macro", None), uses("app", Some("dev"))]},
                {"id": "macro", "deps": []},
                {"id": "unused", "deps": []},
            ]},
        });
        let artifact = |id: &str, file: &str| {
            json!({"reason": "compiler-artifact", "package_id": id, "filenames": [file]})
                .to_string()
        };
        let messages = [
            artifact("macro", "/w/target/release/deps/libmacro.so"),
            json!({"reason": "build-script-executed", "package_id": "unused"}).to_string(),
            artifact(
                "library",
                &format!("/w/target/{TARGET}/release/deps/liblibrary.rlib"),
            ),
            artifact("app", &format!("/w/target/{TARGET}/release/app")),
            json!({"reason": "build-finished", "success": true}).to_string(),
        ];
        let lock = "[[package]]\nname = \"library\"\nversion = \"1.0.0\"\nchecksum = \"00ff\"\n";
        crates(
            &messages.join("\n"),
            &metadata.to_string(),
            lock,
            TARGET,
            "app",
        )
        .unwrap()
    }

    #[test]
    fn crates_that_were_compiled_for_the_target_are_linked() {
        let found = example();
        let shown = found.iter().map(|one| {
            let Crate {
                name,
                is_linked,
                is_root,
                dependencies,
                ..
            } = one;
            (name.as_str(), *is_linked, *is_root, dependencies.clone())
        });
        let shown: Vec<_> = shown.collect();
        assert_eq!(
            shown,
            [
                ("app", true, true, vec![1, 2]),
                ("library", true, false, vec![2]),
                ("macro", false, false, vec![]),
            ]
        );
        assert_eq!(found[1].license.as_deref(), Some("MIT OR Apache-2.0"));
        assert_eq!(found[1].checksum.as_deref(), Some("00ff"));
        assert_eq!(found[0].checksum, None);
    }

    #[test]
    fn output_of_another_form_gives_no_list() {
        assert_eq!(crates("", "{}", "", TARGET, "app"), None);
        let metadata = r#"{"packages": [], "resolve": {"nodes": []}}"#;
        assert_eq!(crates("", metadata, "", TARGET, "app"), None);
        let unknown = r#"{"reason": "compiler-artifact", "package_id": "x"}"#;
        assert_eq!(crates(unknown, metadata, "", TARGET, "app"), None);
    }
}
