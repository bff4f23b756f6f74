use std::io::{self, Write as _};

use flate2::write::ZlibEncoder;
use serde::Serialize;

use super::Crate;
use super::section::with_section;

/// The section that scanners read: `cargo audit bin`, trivy, grype, syft and others.
/// <https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md>
const SECTION: &str = ".dep-v0";

#[derive(Serialize)]
struct List<'a> {
    packages: Vec<Package<'a>>,
}

#[derive(Serialize)]
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "<[usize]>::is_empty")]
    dependencies: &'a [usize],
    #[serde(skip_serializing_if = "is_false")]
    root: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// A binary with the list of its crates. Returns `None` if it is not a 64-bit ELF file.
///
/// # Errors
/// The list cannot be packed.
pub(in crate::image) fn with_crates(
    binary: &[u8],
    crates: &[Crate],
) -> io::Result<Option<Vec<u8>>> {
    let packages = crates.iter().map(|one| Package {
        name: &one.name,
        version: &one.version,
        source: source(one.source.as_deref()),
        kind: (!one.is_linked).then_some("build"),
        dependencies: &one.dependencies,
        root: one.is_root,
    });
    let list = List {
        packages: packages.collect(),
    };
    let mut packed = ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&serde_json::to_vec(&list)?)?;
    Ok(with_section(binary, SECTION, &packed.finish()?))
}

/// The name of a source in this format.
fn source(source: Option<&str>) -> &'static str {
    match source {
        None => "local",
        Some("registry+https://github.com/rust-lang/crates.io-index") => "crates.io",
        Some(source) if source.starts_with("git+") => "git",
        Some(_) => "registry",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::bill::crates::tests::example;

    /// The reader of `cargo audit` finds the list in this very program.
    #[test]
    fn scanners_read_the_list() {
        let ours = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let binary = with_crates(&ours, &example()).unwrap().unwrap();
        let limits = auditable_info::Limits {
            input_file_size: usize::MAX,
            ..auditable_info::Limits::default()
        };
        let read = auditable_info::audit_info_from_slice(&binary, limits.decompressed_json_size);
        let list = read.unwrap();
        let names: Vec<_> = list.packages.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["app", "library", "macro"]);
        assert!(list.packages[0].root);
        assert_eq!(list.packages[1].source, auditable_serde::Source::CratesIo);
        assert_eq!(
            list.packages[2].kind,
            auditable_serde::DependencyKind::Build
        );
        assert_eq!(binary, with_crates(&ours, &example()).unwrap().unwrap());
    }

    #[test]
    fn a_file_of_another_kind_gets_no_list() {
        assert_eq!(with_crates(b"#!/bin/sh", &example()).unwrap(), None);
    }
}
