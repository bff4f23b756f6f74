use bytes::Bytes;
use serde_json::{Value, json};

use super::blob::{Blob, Descriptor};
use super::manifest::MANIFEST;
use super::provenance::provenance;
use crate::image::Error;
use crate::image::dist::Dist;

/// The media type of a bill of materials.
const BILL: &str = "application/vnd.cyclonedx+json";
/// The media type of a statement about how something was built.
const STATEMENT: &str = "application/vnd.in-toto+json";
/// The type of a signature of cosign.
const SIGNATURE: &str = "application/vnd.dev.cosign.artifact.sig.v1+json";
/// The annotation that has a signature of cosign.
pub(super) const SIGNED: &str = "dev.cosignproject.cosign/signature";
/// The media type of a configuration that is not used. Its content is `{}`.
const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// Something that belongs to an image, but is not part of it. A registry lists it as a referrer of the image.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its content: `sbom`, `provenance` or `signature`.
    pub name: &'static str,
    /// The content.
    pub content: Blob,
    /// The configuration, which a manifest must have.
    pub config: Blob,
    /// The manifest, which names the image as its subject.
    pub manifest: Blob,
    /// The type by which it is found.
    pub artifact_type: &'static str,
}

/// What was signed, and the signature.
pub(super) struct Signed {
    pub(super) payload: Blob,
    pub(super) config: Blob,
    /// In base64.
    pub(super) signature: String,
}

/// The bill of materials and the provenance of an image; none if `dist/` has no bill, or was changed since it
/// was built: they would not be true.
pub(super) fn attachments(dist: &Dist, image: &Blob) -> Result<Vec<Attachment>, Error> {
    let Some(bill) = dist.bill()? else {
        return Ok(Vec::new());
    };
    let document = |name, media_type, content: Bytes| {
        let config = Blob::new(EMPTY, Bytes::from_static(b"{}"));
        let content = Blob::new(media_type, content);
        Attachment::new(name, media_type, config, content, &json!({}), image)
    };
    let mut attachments = vec![document("sbom", BILL, bill.into())?];
    if let Some(build) = &dist.build {
        attachments.push(document(
            "provenance",
            STATEMENT,
            provenance(build, image)?,
        )?);
    }
    Ok(attachments)
}

/// A signature in the form of cosign.
pub(super) fn signature(signed: Signed, image: &Blob) -> Result<Attachment, Error> {
    let annotations = json!({"annotations": {(SIGNED): signed.signature}});
    let (config, content) = (signed.config, signed.payload);
    Attachment::new("signature", SIGNATURE, config, content, &annotations, image)
}

impl Attachment {
    /// <https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage>
    fn new(
        name: &'static str,
        artifact_type: &'static str,
        config: Blob,
        content: Blob,
        of_layer: &Value,
        image: &Blob,
    ) -> Result<Self, Error> {
        let mut layer = json!(Descriptor::from(&content));
        for (name, value) in of_layer.as_object().into_iter().flatten() {
            layer[name] = value.clone();
        }
        let mut manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": artifact_type,
            "config": Descriptor::from(&config),
            "layers": [layer],
            "subject": Descriptor::from(image),
        });
        manifest.sort_all_objects();
        Ok(Self {
            name,
            manifest: Blob::json(MANIFEST, &manifest)?,
            content,
            config,
            artifact_type,
        })
    }
}
