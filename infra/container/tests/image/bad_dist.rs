//! A wrong `dist/` is reported in one sentence, with the way out.

use std::fs;
use std::path::Path;

use container::image::{Architecture, Dist, Error};

use crate::support::{binary, dist};

fn message(spoil: impl FnOnce(&Path)) -> String {
    let directory = tempfile::tempdir().unwrap();
    let dist_directory = directory.path().join("dist");
    dist(&dist_directory);
    spoil(&dist_directory);
    let err = Dist::open(&dist_directory).unwrap_err().to_string();
    assert!(err.contains("task build-app"), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    err
}

#[test]
fn a_missing_part_is_named() {
    let gone = message(|dist| fs::remove_dir_all(dist).unwrap());
    assert!(gone.starts_with("there is no "), "{gone}");
    for name in ["showtable", "ca-certificates.crt"] {
        let err = message(|dist| fs::remove_file(dist.join(name)).unwrap());
        assert!(err.contains(&format!("{name} is missing")), "{err}");
    }
    let err = message(|dist| fs::remove_dir_all(dist.join("static")).unwrap());
    assert!(err.contains("static is missing"), "{err}");
}

#[test]
fn a_part_that_could_not_work_is_refused() {
    let write = |name: &'static str, bytes: Vec<u8>| {
        message(move |dist| fs::write(dist.join(name), bytes).unwrap())
    };
    let err = write("showtable", b"MZ of another system".to_vec());
    assert!(err.contains("not a Linux binary"), "{err}");
    let err = write("showtable", binary(8));
    assert!(err.contains("another CPU"), "{err}");
    // The program of this test is linked with libraries.
    let dynamic = fs::read(std::env::current_exe().unwrap()).unwrap();
    let err = write("showtable", dynamic);
    assert!(err.contains("not static"), "{err}");
    let err = write("ca-certificates.crt", b"<html>".to_vec());
    assert!(err.contains("no certificates"), "{err}");
    let err = write("build.json", b"{}".to_vec());
    assert!(err.contains("cannot be parsed"), "{err}");
}

#[test]
fn the_task_gets_the_cpu_of_the_binary() {
    let directory = tempfile::tempdir().unwrap();
    dist(directory.path());
    for (machine, ecs, oci) in [(62, "X86_64", "amd64"), (183, "ARM64", "arm64")] {
        fs::write(directory.path().join("showtable"), binary(machine)).unwrap();
        let architecture: Architecture = Dist::open(directory.path()).unwrap().architecture;
        assert_eq!((architecture.ecs(), architecture.oci()), (ecs, oci));
    }
}

/// A workspace with some of the sources that decide whether `dist/` is stale.
fn workspace(root: &Path) {
    for directory in ["app/src", "app/tests", "connect/src", "items/src", "static"] {
        fs::create_dir_all(root.join(directory)).unwrap();
    }
    fs::write(root.join("Cargo.toml"), "[workspace]\n").unwrap();
    for name in [
        "Cargo.lock",
        "rust-toolchain.toml",
        "app/src/main.rs",
        "app/tests/http.rs",
        "connect/src/lib.rs",
        "items/src/lib.rs",
    ] {
        fs::write(root.join(name), name).unwrap();
    }
}

/// Writes the digest of the present sources into `build.json`.
fn built_now(root: &Path) {
    let source = container::image::source_digest(root).unwrap().unwrap();
    let info = serde_json::json!({"version": "1", "source": source, "architecture": "x86_64"});
    fs::write(root.join("dist/build.json"), info.to_string()).unwrap();
}

#[test]
fn a_change_of_the_sources_makes_dist_stale_and_a_change_of_tests_does_not() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    workspace(root);
    dist(&root.join("dist"));
    let fresh = || Dist::open(&root.join("dist")).unwrap().ensure_fresh();
    for source in ["app/src/main.rs", "connect/src/lib.rs", "items/src/lib.rs"] {
        built_now(root);
        fresh().unwrap();
        fs::write(root.join("app/tests/http.rs"), source).unwrap();
        fresh().unwrap();
        fs::write(root.join(source), "changed").unwrap();
        let err = fresh().unwrap_err();
        assert!(matches!(err, Error::Stale(_)), "{err}");
        assert!(err.to_string().contains("task build-app"), "{err}");
    }
}

#[test]
fn a_dist_without_sources_is_never_stale() {
    let directory = tempfile::tempdir().unwrap();
    dist(directory.path());
    Dist::open(directory.path())
        .unwrap()
        .ensure_fresh()
        .unwrap();
}
