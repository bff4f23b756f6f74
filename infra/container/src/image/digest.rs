use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The digest as registries write it: `sha256:` and 64 hexadecimal digits.
pub(super) fn of(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256(bytes))
}

/// The 64 hexadecimal digits of the SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
