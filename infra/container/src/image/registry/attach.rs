//! Attaches the bill of materials, the provenance and the signature to an image in a registry.
//!
//! A registry that implements version 1.1 of the protocol lists what is attached by itself. For others, a tag
//! made of the digest of the image points to such a list:
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema>

use deploy::Output;
use serde::Serialize;
use serde_json::{Value, json};

use super::failure::Failure;
use super::send::send;
use super::session::Session;
use super::target::Registry;
use crate::image::Error;
use crate::image::pack::{Attachment, Blob, Image};

/// The media type of a list of manifests.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// An attachment in a registry.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Attached {
    /// Its content: `sbom`, `provenance` or `signature`.
    pub name: &'static str,
    /// The digest of its manifest.
    pub digest: String,
    /// Whether the registry lacked it.
    pub was_sent: bool,
}

/// Attaches what the registry lacks, and a signature if there is a key. The image itself has been pushed before.
pub(super) async fn attach(
    session: &Session<'_>,
    registry: &Registry,
    image: &Image,
    output: Output,
) -> Result<Vec<Attached>, Error> {
    let error = |failure| registry.error(failure);
    let mut all = image.attachments.clone();
    if let Some(key) = &image.signer {
        let present = session.tagged(&signature_tag(image)).await.map_err(error)?;
        match present {
            None => all.push(key.sign(&image.manifest, &registry.repository())?),
            Some(present) if key.has_signed(&present, &image.manifest, &registry.repository()) => {}
            Some(_) => {
                output.progress("The image has a signature of another key already, and keeps it");
            }
        }
    }
    send_all(session, image, &all, output).await.map_err(error)
}

async fn send_all(
    session: &Session<'_>,
    image: &Image,
    attachments: &[Attachment],
    output: Output,
) -> Result<Vec<Attached>, Failure> {
    let mut attached = Vec::new();
    for attachment in attachments {
        attached.push(Attached {
            name: attachment.name,
            digest: attachment.manifest.digest.clone(),
            was_sent: send_one(session, attachment, output).await?,
        });
    }
    if !attachments.is_empty() && !session.lists_referrers(image.digest()).await? {
        list(session, image, attachments).await?;
    }
    // Last, since the tag says that the signature is complete. Every version of cosign finds it by this tag.
    if let Some(signature) = attachments.iter().find(|one| one.name == "signature") {
        let tag = signature_tag(image);
        session.put_manifest(&tag, &signature.manifest).await?;
    }
    Ok(attached)
}

/// Sends an attachment, and returns whether the registry lacked it.
async fn send_one(
    session: &Session<'_>,
    attachment: &Attachment,
    output: Output,
) -> Result<bool, Failure> {
    let Attachment {
        name,
        content,
        config,
        manifest,
        ..
    } = attachment;
    if session.digest_of(&manifest.digest).await?.is_some() {
        return Ok(false);
    }
    send(session, name, content, output).await?;
    send(session, "config", config, Output::Quiet).await?;
    session.put_manifest(&manifest.digest, manifest).await?;
    Ok(true)
}

/// Adds the attachments to the list that a tag points to.
async fn list(
    session: &Session<'_>,
    image: &Image,
    attachments: &[Attachment],
) -> Result<(), Failure> {
    let tag = tag_of(image);
    let present = session.tagged(&tag).await?.unwrap_or_default();
    match with_attachments(&present, attachments) {
        Some(index) => session.put_manifest(&tag, &index).await,
        None => Ok(()),
    }
}

/// A list with the attachments; `None` if it has them already. What is no list is replaced.
fn with_attachments(present: &[u8], attachments: &[Attachment]) -> Option<Blob> {
    let mut index: Value = serde_json::from_slice(present).unwrap_or_default();
    if !index["manifests"].is_array() {
        index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []});
    }
    let manifests = index["manifests"].as_array_mut()?;
    let before = manifests.len();
    for attachment in attachments {
        let is_listed = |one: &Value| one["digest"] == attachment.manifest.digest.as_str();
        if !manifests.iter().any(is_listed) {
            manifests.push(json!({
                "mediaType": attachment.manifest.media_type,
                "digest": attachment.manifest.digest,
                "size": attachment.manifest.bytes.len(),
                "artifactType": attachment.artifact_type,
            }));
        }
    }
    if manifests.len() == before {
        return None;
    }
    index.sort_all_objects();
    Blob::json(INDEX, &index).ok()
}

fn signature_tag(image: &Image) -> String {
    format!("{}.sig", tag_of(image))
}

/// The digest of the image as a tag, which has no colon.
fn tag_of(image: &Image) -> String {
    image.digest().replace(':', "-")
}
