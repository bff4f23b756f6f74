//! The same `dist/` gives the same image, wherever and whenever it is packed.

use std::fs::{self, File, Permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use container::image::{Compression, Dist, build};

use crate::support::{dist, image};

#[test]
fn folder_time_and_permissions_do_not_matter() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let there = there.path().join("a/folder/with another name");
    let ours = image(here.path());
    dist(&there);
    for name in ["static/favicon.svg", "ca-certificates.crt", "showtable"] {
        let file = File::options().write(true).open(there.join(name)).unwrap();
        let earlier = SystemTime::now() - Duration::from_hours(10_000);
        file.set_modified(earlier).unwrap();
        file.set_permissions(Permissions::from_mode(0o640)).unwrap();
    }
    fs::set_permissions(there.join("static"), Permissions::from_mode(0o700)).unwrap();
    fs::write(there.join("static/.DS_Store"), "left by a desktop").unwrap();
    for compression in [Compression::Zstd, Compression::Gzip] {
        let ours = build(&Dist::open(here.path()).unwrap(), compression).unwrap();
        let theirs = build(&Dist::open(&there).unwrap(), compression).unwrap();
        assert_eq!(ours.digest(), theirs.digest(), "{compression:?}");
    }
    assert!(ours.digest().starts_with("sha256:"));
}

#[test]
fn every_part_counts() {
    let directory = tempfile::tempdir().unwrap();
    let before = image(directory.path());
    for (index, name) in ["ca-certificates.crt", "showtable", "static/favicon.svg"]
        .into_iter()
        .enumerate()
    {
        dist(directory.path());
        let path = directory.path().join(name);
        let mut bytes = fs::read(&path).unwrap();
        bytes.push(b'\n');
        fs::write(&path, bytes).unwrap();
        let after = crate::support::packed(directory.path());
        for (layer, (one, other)) in before.layers.iter().zip(&after.layers).enumerate() {
            let is_same = one.blob.digest == other.blob.digest;
            assert_eq!(is_same, layer != index, "{name}: {}", one.name);
        }
        assert_ne!(before.digest(), after.digest(), "{name}");
    }
}

#[test]
fn a_kept_layer_of_another_binary_is_not_used() {
    let directory = tempfile::tempdir().unwrap();
    let fresh = image(directory.path());
    let other = zstd::encode_all(&b"another archive"[..], 1).unwrap();
    for left in [other, b"broken".to_vec(), Vec::new()] {
        fs::write(directory.path().join("showtable.tar.zst"), left).unwrap();
        assert_eq!(
            crate::support::packed(directory.path()).digest(),
            fresh.digest()
        );
    }
    let binary = &fresh.layers[1].blob.bytes;
    fs::write(directory.path().join("showtable.tar.zst"), binary).unwrap();
    assert_eq!(
        crate::support::packed(directory.path()).digest(),
        fresh.digest()
    );
}

#[test]
fn the_files_are_where_the_app_looks_for_them() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let mut found = Vec::new();
    for layer in &image.layers {
        let bytes = zstd::decode_all(&*layer.blob.bytes).unwrap();
        let mut archive = tar::Archive::new(&*bytes);
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let header = entry.header();
            let owner = (header.uid().unwrap(), header.gid().unwrap());
            assert_eq!((owner, header.mtime().unwrap()), ((0, 0), 0));
            let mode = header.mode().unwrap();
            let name = entry.path().unwrap().to_str().unwrap().to_owned();
            entry.read_to_end(&mut Vec::new()).unwrap();
            found.push(format!("{mode:o} {name}"));
        }
    }
    assert_eq!(
        found,
        [
            "755 etc/",
            "755 etc/ssl/",
            "755 etc/ssl/certs/",
            "644 etc/ssl/certs/ca-certificates.crt",
            "755 showtable",
            "755 static/",
            "755 static/css/",
            "644 static/css/showtable.css",
            "644 static/favicon.svg",
        ]
    );
}

#[test]
fn a_layout_holds_what_its_index_names() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(&directory.path().join("dist"));
    let layout = directory.path().join("layout");
    image.write_layout(&layout).unwrap();
    let read = |name: &str| fs::read_to_string(layout.join(name)).unwrap();
    assert!(read("oci-layout").contains("1.0.0"));
    assert!(read("index.json").contains(image.digest()));
    let mut count = 0;
    for blob in fs::read_dir(layout.join("blobs/sha256")).unwrap() {
        let path = blob.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let digest = crate::support::digest(&fs::read(&path).unwrap());
        assert_eq!(digest, format!("sha256:{name}"));
        count += 1;
    }
    assert_eq!(count, image.layers.len() + 2);
}
