//! Parses the sources with syn, and checks that files and folders do not depend on each other in a
//! cycle.
//!
//! `LAYOUT=infra/deploy cargo test --workspace --test layout -- --nocapture` shows one crate.

mod circles;
mod crate_tree;
mod names;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use circles::circles;
use crate_tree::CrateTree;

/// Each name with the names that it uses.
type Graph = BTreeMap<String, BTreeSet<String>>;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The crates whose source files and folders use each other in one direction only.
const CRATES: [&str; 7] = [
    "app",
    "connect",
    "items",
    "infra/deploy",
    "infra/vpc",
    "infra/table",
    "infra/container",
];

#[test]
fn source_files_have_no_cycles() {
    for name in chosen(&CRATES) {
        assert_acyclic(&name, "file", &files(&name));
    }
}

#[test]
fn folders_have_no_cycles() {
    for name in chosen(&CRATES) {
        assert_acyclic(&name, "folder", &folders(&files(&name), 1));
    }
}

#[test]
fn services_of_the_local_aws_have_no_cycles() {
    let files = files("local");
    let services = folders(&files, 2)
        .into_iter()
        .filter(|(folder, _)| folder.starts_with("services/"))
        .map(|(folder, used)| {
            let used = used
                .into_iter()
                .filter(|folder| folder.starts_with("services/"));
            (folder, used.collect())
        })
        .collect::<Graph>();
    assert!(services.len() > 5, "the services are found: {services:?}");
    assert_acyclic("local", "service", &services);
}

#[test]
fn the_local_cloudformation_has_no_cycles() {
    let inside = |file: &String| file.starts_with("cloudformation/");
    let files = files("local")
        .into_iter()
        .filter(|(file, _)| inside(file))
        .map(|(file, used)| (file, used.into_iter().filter(inside).collect()))
        .collect::<Graph>();
    assert!(files.len() > 5, "its files are found: {files:?}");
    assert_acyclic("local", "file", &files);
    assert_acyclic("local", "folder", &folders(&files, 2));
}

/// `crates`, or those that the variable `LAYOUT` names.
fn chosen(crates: &[&str]) -> Vec<String> {
    match std::env::var("LAYOUT") {
        Ok(names) => names.split(',').map(str::to_owned).collect(),
        Err(_) => crates.iter().map(|&name| name.to_owned()).collect(),
    }
}

fn files(name: &str) -> Graph {
    let source = Path::new(ROOT).join(name).join("src");
    let tree = CrateTree::read(&source);
    assert!(!tree.is_empty(), "{name} has source files");
    uses::graph(&tree)
}

/// The graph of the folders: the first `depth` parts of each file's path.
fn folders(files: &Graph, depth: usize) -> Graph {
    let folder = |file: &str| {
        let parts: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| *part != "mod").collect();
        parts[..depth.min(parts.len())].join("/")
    };
    let mut folders = Graph::new();
    for (file, used) in files {
        let from = folder(file);
        let used = used
            .iter()
            .map(|file| folder(file))
            .filter(|to| *to != from);
        folders.entry(from.clone()).or_default().extend(used);
    }
    folders
}

fn assert_acyclic(name: &str, what: &str, graph: &Graph) {
    let circles = circles(graph);
    let shown: Vec<String> = circles.iter().map(|circle| circle.join(" -> ")).collect();
    let arrows: usize = graph.values().map(BTreeSet::len).sum();
    println!(
        "{name}: {} {what}s, {arrows} arrows, {} circles",
        graph.len(),
        shown.len()
    );
    assert!(
        shown.is_empty(),
        "{name}: each {what} uses the next one:\n{}",
        shown.join("\n")
    );
}
