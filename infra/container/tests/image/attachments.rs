//! What is attached to an image: its bill of materials, its provenance and its signature.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use container::image::push::push;
use container::image::{Image, Registry as Target, SigningKey};
use deploy::Output;
use serde_json::{Value, json};

use crate::push::push_to;
use crate::support::registry::{Fault, Registry};
use crate::support::{digest, dist, packed};

/// Fills a `dist/` with a bill of materials, and makes its image.
pub(crate) fn described(directory: &Path) -> Image {
    dist(directory);
    let names = [
        "ca-certificates.crt",
        "showtable",
        "static/css/showtable.css",
        "static/favicon.svg",
    ];
    let components = names.map(|name| {
        let digest = digest(&fs::read(directory.join(name)).unwrap());
        let content = digest.trim_start_matches("sha256:");
        json!({"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": content}]})
    });
    let bill = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components});
    fs::write(directory.join("sbom.cdx.json"), bill.to_string()).unwrap();
    packed(directory)
}

fn names(image: &Image) -> Vec<&str> {
    image.attachments.iter().map(|one| one.name).collect()
}

/// The image with a new key to sign it with.
fn to_sign(image: &Image) -> (Image, EcdsaKeyPair) {
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let der = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
    let body = STANDARD.encode(der.as_ref());
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(
        file,
        "-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
    )
    .unwrap();
    let signer = Some(SigningKey::open(file.path()).unwrap());
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, der.as_ref()).unwrap();
    (
        Image {
            signer,
            ..image.clone()
        },
        pair,
    )
}

#[test]
fn a_dist_that_was_changed_has_no_bill_and_no_provenance() {
    let directory = tempfile::tempdir().unwrap();
    let image = described(directory.path());
    assert_eq!(names(&image), ["sbom", "provenance"]);
    let again = described(directory.path());
    for (one, other) in image.attachments.iter().zip(&again.attachments) {
        assert_eq!(one.manifest.digest, other.manifest.digest, "{}", one.name);
    }
    let statement: Value = serde_json::from_slice(&image.attachments[1].content.bytes).unwrap();
    let subject = statement["subject"][0]["digest"]["sha256"]
        .as_str()
        .unwrap();
    assert_eq!(format!("sha256:{subject}"), image.digest());
    for manifest in image.attachments.iter().map(|one| &one.manifest) {
        let manifest: Value = serde_json::from_slice(&manifest.bytes).unwrap();
        assert_eq!(manifest["subject"]["digest"], image.digest());
        assert_eq!(manifest["subject"]["size"], image.manifest.bytes.len());
    }
    let css = directory.path().join("static/css/showtable.css");
    fs::write(css, "body { color: red }").unwrap();
    assert!(names(&packed(directory.path())).is_empty());
    fs::remove_file(directory.path().join("sbom.cdx.json")).unwrap();
    assert!(names(&packed(directory.path())).is_empty());
}

#[tokio::test]
async fn an_old_registry_gets_a_list_under_a_tag() {
    let directory = tempfile::tempdir().unwrap();
    let image = described(directory.path());
    let registry = Registry::start(None).await;
    let first = push_to(registry.address, &image, false).await.unwrap();
    assert!(
        first.attachments.iter().all(|one| one.was_sent),
        "{first:?}"
    );
    let tag = image.digest().replace(':', "-");
    let list: Value = serde_json::from_slice(&registry.manifest_of(&tag).unwrap()).unwrap();
    let listed = list["manifests"].as_array().unwrap();
    assert_eq!(listed.len(), 2, "{list}");
    assert_eq!(listed[0]["artifactType"], "application/vnd.cyclonedx+json");
    for one in &first.attachments {
        assert!(registry.has_manifest(&one.digest), "{one:?}");
    }

    let (signed, _) = to_sign(&image);
    let second = push_to(registry.address, &signed, false).await.unwrap();
    let sent = second.attachments.iter().filter(|one| one.was_sent);
    assert_eq!(sent.map(|one| one.name).collect::<Vec<_>>(), ["signature"]);
    let list: Value = serde_json::from_slice(&registry.manifest_of(&tag).unwrap()).unwrap();
    assert_eq!(list["manifests"].as_array().unwrap().len(), 3);
    let puts = registry.kinds()[&format!("PUT manifests/{tag}")];
    let third = push_to(registry.address, &signed, false).await.unwrap();
    assert!(
        third.attachments.iter().all(|one| !one.was_sent),
        "{third:?}"
    );
    assert_eq!(registry.kinds()[&format!("PUT manifests/{tag}")], puts);
}

/// ECR lists by itself, and its tags are immutable.
#[tokio::test]
async fn a_registry_that_lists_attachments_gets_no_list() {
    let directory = tempfile::tempdir().unwrap();
    let image = described(directory.path());
    let registry = Registry::start(Some(Fault::Immutable)).await;
    for _ in 0..2 {
        let target = format!("http://{}/showtable:1", registry.address);
        let target = Target::parse(&target, None).unwrap().listing_referrers();
        let pushed = push(&image, &target, false, Output::Quiet).await.unwrap();
        assert_eq!(pushed.attachments.len(), 2);
    }
    assert!(!registry.has_manifest(&image.digest().replace(':', "-")));
}

#[tokio::test]
async fn a_signature_is_that_of_the_image_and_keeps_its_tag() {
    let directory = tempfile::tempdir().unwrap();
    let image = described(directory.path());
    let registry = Registry::start(Some(Fault::Immutable)).await;
    let (signed, key) = to_sign(&image);
    let pushed = push_to(registry.address, &signed, false).await.unwrap();
    let signature = &pushed.attachments[2];
    assert_eq!((signature.name, signature.was_sent), ("signature", true));

    let tag = format!("{}.sig", image.digest().replace(':', "-"));
    let stored = registry.manifest_of(&tag).unwrap();
    assert_eq!(digest(&stored), signature.digest);
    let stored: Value = serde_json::from_slice(&stored).unwrap();
    let layer = &stored["layers"][0];
    let text = layer["annotations"]["dev.cosignproject.cosign/signature"]
        .as_str()
        .unwrap();
    let payload = registry.blob(layer["digest"].as_str().unwrap()).unwrap();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.public_key());
    public
        .verify(&payload, &STANDARD.decode(text).unwrap())
        .unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    let named = &payload["critical"]["image"]["docker-manifest-digest"];
    assert_eq!(*named, image.digest());

    // Neither the same key nor another one signs it again.
    for again in [signed, to_sign(&image).0] {
        let pushed = push_to(registry.address, &again, false).await.unwrap();
        assert_eq!(pushed.attachments.len(), 2, "{pushed:?}");
    }
    assert_eq!(
        digest(&registry.manifest_of(&tag).unwrap()),
        signature.digest
    );
}
