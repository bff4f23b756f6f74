use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

/// The crate with the certificates: its version and the day of its release, from the index of crates.io.
/// A test fails if `Cargo.lock` has another version.
const VERSION: &str = "1.0.11";
const RELEASED: &str = "2026-10-23";

/// The characters of a line in a PEM file.
const LINE: usize = 64;

/// The certificates of the authorities that Mozilla trusts, as one PEM file.
///
/// They come from a crate that `Cargo.lock` pins, so they are the same on every machine.
pub(super) fn pem() -> String {
    let mut pem = String::new();
    for certificate in TLS_SERVER_ROOT_CERTS {
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        let encoded = STANDARD.encode(certificate);
        for (index, character) in encoded.chars().enumerate() {
            if index > 0 && index % LINE == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem.push_str("\n-----END CERTIFICATE-----\n");
    }
    pem
}

/// What the bill of materials says about the certificates.
pub(super) fn facts() -> Value {
    json!({
        "version": VERSION,
        "description": "The certificate authorities that Mozilla trusts for TLS servers",
        "licenses": [{"expression": "CDLA-Permissive-2.0"}],
        "purl": format!("pkg:cargo/webpki-root-certs@{VERSION}"),
        "properties": [
            {"name": "go-on-aws:released", "value": RELEASED},
            {"name": "go-on-aws:certificates", "value": TLS_SERVER_ROOT_CERTS.len().to_string()},
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_has_the_version_that_is_built_in() {
        let lock = include_str!("../../../../../Cargo.lock");
        let entry = format!("name = \"webpki-root-certs\"\nversion = \"{VERSION}\"\n");
        assert!(
            lock.contains(&entry),
            "the certificates were updated: write their new version and date into this file"
        );
    }
}
