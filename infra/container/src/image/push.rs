//! Pushing an image to a registry.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use deploy::Output;
use futures_util::stream;
use reqwest::Body;
use serde::Serialize;
use tokio::sync::Notify;

use super::answer::Failure;
use super::progress::Progress;
pub use super::registry::Registry;
use super::session::Session;
use super::verify::verify;
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
    let reference = &registry.reference;
    let session = Session::open(registry, output).await;
    let session = session.map_err(|failure| registry.failed(&failure))?;
    let present = session.digest_of(registry.tag()).await;
    let present = present.map_err(|failure| registry.failed(&failure))?;
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
        let sent = send(&session, name, blob, output).await;
        blobs.push(sent.map_err(|failure| registry.failed(&failure))?);
    }
    if !is_there {
        let put = session.put_manifest(registry.tag(), &image.manifest).await;
        put.map_err(|failure| registry.failed(&failure))?;
    }
    verify(&session, registry, image).await?;
    Ok(Pushed {
        image: format!(
            "{}/{}@{}",
            reference.registry(),
            reference.repository(),
            image.digest()
        ),
        tag: registry.tag().to_owned(),
        blobs,
    })
}

async fn send(
    session: &Session<'_>,
    name: &'static str,
    blob: &Blob,
    output: Output,
) -> Result<Sent, Failure> {
    let size = blob.bytes.len();
    let progress = Progress::new(name, size, output);
    let body = |moved| {
        progress.begin();
        let pieces = pieces(&blob.bytes, &progress, moved);
        Body::wrap_stream(stream::iter(pieces))
    };
    let was_sent = session.upload(blob, body).await?;
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
    moved: Arc<Notify>,
) -> impl Iterator<Item = io::Result<Bytes>> + Send + use<> {
    let (bytes, progress) = (bytes.clone(), progress.clone());
    (0..bytes.len()).step_by(PIECE).map(move |start| {
        let piece = bytes.slice(start..bytes.len().min(start + PIECE));
        progress.advance(piece.len());
        moved.notify_one();
        Ok(piece)
    })
}
