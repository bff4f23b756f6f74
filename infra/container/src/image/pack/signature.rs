use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::attachment::{Attachment, SIGNED, Signed, signature};
use super::blob::Blob;
use super::manifest::CONFIG;
use crate::image::files::read;
use crate::image::{Error, digest};

const PAYLOAD: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// A private key that signs images: ECDSA with the curve P-256.
#[derive(Debug, Clone)]
pub struct SigningKey(EcdsaKeyPair);

impl SigningKey {
    /// Reads a key from a PEM file in the form PKCS #8.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = read(path)?;
        let text = String::from_utf8_lossy(&text);
        let reject = || Error::Key(path.to_owned());
        let (_, rest) = text.split_once(BEGIN).ok_or_else(reject)?;
        let (body, _) = rest.split_once(END).ok_or_else(reject)?;
        let body: String = body.split_whitespace().collect();
        let der = STANDARD.decode(body).map_err(|_| reject())?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &der);
        pair.map(Self).map_err(|_| reject())
    }

    /// The signature of an image, in the form that `cosign verify --key` checks:
    /// <https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md>.
    ///
    /// It has a random part: signing twice gives two signatures, which are both valid.
    pub(in crate::image) fn sign(
        &self,
        image: &Blob,
        repository: &str,
    ) -> Result<Attachment, Error> {
        let payload = payload(repository, &image.digest)?;
        let made = self.0.sign(&SystemRandom::new(), &payload.bytes);
        let made = made.map_err(|_| Error::Sign)?;
        let signed = Signed {
            config: configuration(&payload)?,
            payload,
            signature: STANDARD.encode(made),
        };
        signature(signed, image)
    }

    /// Returns whether a manifest is that of a signature of this key for an image.
    pub(in crate::image) fn has_signed(
        &self,
        manifest: &[u8],
        image: &Blob,
        repository: &str,
    ) -> bool {
        let manifest: Value = serde_json::from_slice(manifest).unwrap_or_default();
        let layer = &manifest["layers"][0];
        let (Ok(payload), Some(text)) = (
            payload(repository, &image.digest),
            layer["annotations"][SIGNED].as_str(),
        ) else {
            return false;
        };
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, self.0.public_key());
        let signature = STANDARD.decode(text).unwrap_or_default();
        layer["digest"] == payload.digest.as_str()
            && public.verify(&payload.bytes, &signature).is_ok()
    }
}

/// The text that is signed. It names the image by its digest.
fn payload(repository: &str, digest: &str) -> Result<Blob, Error> {
    let mut payload = json!({
        "critical": {
            "identity": {"docker-reference": repository},
            "image": {"docker-manifest-digest": digest},
            "type": "cosign container image signature",
        },
        "optional": null,
    });
    payload.sort_all_objects();
    Blob::json(PAYLOAD, &payload)
}

/// The configuration of an image with the payload as its layer: tools that copy images expect one.
fn configuration(payload: &Blob) -> Result<Blob, Error> {
    let mut configuration = json!({
        "architecture": "",
        "os": "",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [digest::of(&payload.bytes)]},
    });
    configuration.sort_all_objects();
    Blob::json(CONFIG, &configuration)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn only_a_key_that_can_sign_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key.pem");
        for text in [
            "",
            "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAA==\n",
            "-----BEGIN PRIVATE KEY-----\nno base64!\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nAA==\n",
        ] {
            std::fs::write(&path, text).unwrap();
            let err = SigningKey::open(&path).unwrap_err().to_string();
            assert!(err.contains("openssl genpkey"), "{err}");
        }
        let missing = SigningKey::open(&directory.path().join("missing"));
        assert!(matches!(missing, Err(Error::File(..))));
    }

    #[test]
    fn only_a_signature_of_this_key_for_this_image_counts() {
        let rng = SystemRandom::new();
        let key = || {
            let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &rng).unwrap();
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, der.as_ref());
            SigningKey(pair.unwrap())
        };
        let (ours, theirs) = (key(), key());
        let blob = |text: &'static str| Blob::new("", Bytes::from_static(text.as_bytes()));
        let (image, other) = (blob("image"), blob("other"));
        let manifest = ours.sign(&image, "host/app").unwrap().manifest.bytes;
        assert!(ours.has_signed(&manifest, &image, "host/app"));
        assert!(!ours.has_signed(&manifest, &other, "host/app"));
        assert!(!ours.has_signed(&manifest, &image, "host/other"));
        assert!(!theirs.has_signed(&manifest, &image, "host/app"));
        assert!(!ours.has_signed(b"{}", &image, "host/app"));
    }

    #[test]
    fn the_payload_names_the_image() {
        let payload = payload("ghcr.io/me/showtable", "sha256:00").unwrap();
        assert_eq!(
            payload.bytes,
            Bytes::from_static(br#"{"critical":{"identity":{"docker-reference":"ghcr.io/me/showtable"},"image":{"docker-manifest-digest":"sha256:00"},"type":"cosign container image signature"},"optional":null}"#)
        );
    }
}
