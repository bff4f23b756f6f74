//! What the tests need: a `dist/`, a registry, and a line to it that breaks.

pub(crate) mod ecr;
pub(crate) mod line;
pub(crate) mod processes;
pub(crate) mod registry;

use std::fs;
use std::path::Path;

use container::image::{Compression, Dist, Image, build};

/// Enough that a transfer can break in the middle of it.
const PAYLOAD: usize = 300_000;

/// A `dist/` with a binary that says what it is for, and can be packed but not run.
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

/// The image of such a directory.
pub(crate) fn image(directory: &Path) -> Image {
    dist(directory);
    packed(directory)
}

/// The image of what is in a directory.
pub(crate) fn packed(directory: &Path) -> Image {
    build(&Dist::open(directory).unwrap(), Compression::Zstd).unwrap()
}

/// The header of a static binary for a CPU, and something that cannot be compressed.
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

/// As registries write it.
pub(crate) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;

    use sha2::Digest;

    let mut text = "sha256:".to_owned();
    for byte in sha2::Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
