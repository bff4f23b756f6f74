//! Support for the tests: a `dist/`, a registry, and a connection to it that breaks.

pub(crate) mod ecr;
pub(crate) mod line;
pub(crate) mod processes;
pub(crate) mod registry;

use std::fs;
use std::path::Path;

use container::image::{Compression, Dist, Image, build};

/// The size of the binary: large enough for a transfer to break in the middle.
const PAYLOAD: usize = 300_000;

/// Fills a `dist/`. Its binary has a valid header, but cannot run.
pub(crate) fn dist(directory: &Path) {
    fs::create_dir_all(directory.join("static/css")).unwrap();
    fs::write(directory.join("showtable"), binary(62)).unwrap();
    fs::write(directory.join("static/css/showtable.css"), "body {}").unwrap();
    fs::write(directory.join("static/favicon.svg"), "<svg/>").unwrap();
    let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    fs::write(directory.join("ca-certificates.crt"), certificate).unwrap();
    let build =
        r#"{"version":"1.2.3","revision":"abc","source":"sha256:0","architecture":"x86_64"}"#;
    fs::write(directory.join("build.json"), build).unwrap();
}

/// Fills a `dist/`, and makes its image.
pub(crate) fn image(directory: &Path) -> Image {
    dist(directory);
    packed(directory)
}

/// The image of an existing `dist/`.
pub(crate) fn packed(directory: &Path) -> Image {
    build(&Dist::open(directory).unwrap(), Compression::Zstd).unwrap()
}

/// The header of a static binary for a CPU, followed by bytes that cannot be compressed.
pub(crate) fn binary(machine: u8) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1]);
    bytes[16] = 2;
    bytes[18] = machine;
    bytes[20] = 1;
    bytes[52] = 64;
    let mut state: u64 = 1;
    bytes.extend((0..PAYLOAD).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state.to_be_bytes()[0]
    }));
    bytes
}

/// A digest as registries write it.
pub(crate) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;

    use sha2::Digest;

    let mut text = "sha256:".to_owned();
    for byte in sha2::Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
