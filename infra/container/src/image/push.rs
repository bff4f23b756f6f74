//! Pushing an image to a registry.

use bytes::Bytes;
use deploy::Output;
use futures_util::stream;
use oci_client::errors::OciDistributionError;
use oci_client::{Client, RegistryOperation};
use serde::Serialize;

use super::progress::Progress;
pub use super::registry::Registry;
use super::retry::retried;
use super::verify::{tagged, verify};
use super::{Blob, Error, Image};

/// Small enough for a bar to move.
const PIECE: usize = 64 * 1024;

/// What came of a push.
#[derive(Debug, Clone, Serialize)]
pub struct Pushed {
    /// The image by its digest, as `host/name@sha256:…`.
    pub image: String,
    /// The tag that it has.
    pub tag: String,
    /// What was sent, and what was there already.
    pub blobs: Vec<Sent>,
}

/// A blob of an image that was pushed.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Sent {
    /// What is in it.
    pub name: &'static str,
    /// How many bytes it has.
    pub size: usize,
    /// Whether the registry lacked it.
    pub was_sent: bool,
}

/// Sends what the registry lacks, gives the image its tag, and makes sure that it is there.
///
/// A push that was interrupted is completed by the next one: what has arrived is not sent again.
/// A tag that stands for another image already is moved only if `moves_tag`.
pub async fn push(
    image: &Image,
    registry: &Registry,
    moves_tag: bool,
    output: Output,
) -> Result<Pushed, Error> {
    let client = registry.client()?;
    let (reference, auth) = (&registry.reference, registry.login.auth());
    retried(registry.patience, || {
        client.auth(reference, &auth, RegistryOperation::Push)
    })
    .await
    .map_err(|err| registry.failed(&err))?;
    let present = tagged(&client, registry).await?;
    if let Some(present) = present
        .as_deref()
        .filter(|present| *present != image.digest())
        && !moves_tag
    {
        return Err(Error::TagTaken {
            reference: reference.whole(),
            present: present.to_owned(),
            ours: image.digest().to_owned(),
        });
    }
    // Not again: ECR refuses a tag that cannot be moved even where it would stay in its place.
    let is_there = present.as_deref() == Some(image.digest());
    let mut blobs = Vec::new();
    let layers = image.layers.iter().map(|layer| (layer.name, &layer.blob));
    for (name, blob) in layers.chain([("config", &image.config)]) {
        blobs.push(send(&client, registry, name, blob, output).await?);
    }
    if !is_there {
        put(&client, registry, &image.manifest).await?;
    }
    verify(&client, registry, image).await?;
    Ok(Pushed {
        image: format!(
            "{}/{}@{}",
            reference.registry(),
            reference.repository(),
            image.digest()
        ),
        tag: reference.tag().unwrap_or_default().to_owned(),
        blobs,
    })
}

async fn send(
    client: &Client,
    registry: &Registry,
    name: &'static str,
    blob: &Blob,
    output: Output,
) -> Result<Sent, Error> {
    let size = blob.bytes.len();
    let progress = Progress::new(name, size, output);
    let reference = &registry.reference;
    let sent = retried(registry.patience, || async {
        // Asked before every attempt: what broke may have been the answer alone.
        if client.blob_exists(reference, &blob.digest).await? {
            return Ok(false);
        }
        progress.begin();
        let pieces = pieces(&blob.bytes, &progress);
        client
            .push_blob_stream(
                reference,
                stream::iter(pieces),
                &blob.digest,
                Some(size as u64),
            )
            .await?;
        Ok(true)
    });
    let was_sent = sent.await.map_err(|err| registry.failed(&err))?;
    if was_sent {
        progress.sent();
    } else {
        progress.skipped();
    }
    Ok(Sent {
        name,
        size,
        was_sent,
    })
}

fn pieces(
    bytes: &Bytes,
    progress: &Progress,
) -> impl Iterator<Item = Result<Bytes, OciDistributionError>> + Send + use<> {
    let (bytes, progress) = (bytes.clone(), progress.clone());
    (0..bytes.len()).step_by(PIECE).map(move |start| {
        let piece = bytes.slice(start..bytes.len().min(start + PIECE));
        progress.advance(piece.len());
        Ok(piece)
    })
}

async fn put(client: &Client, registry: &Registry, manifest: &Blob) -> Result<(), Error> {
    let content_type = manifest
        .media_type
        .parse()
        .map_err(|_| Error::Pack(std::io::ErrorKind::InvalidData.into()))?;
    retried(registry.patience, || {
        client.push_manifest_raw(
            &registry.reference,
            manifest.bytes.clone(),
            Clone::clone(&content_type),
        )
    })
    .await
    .map(drop)
    .map_err(|err| registry.failed(&err))
}
