//! Pushing an image to a registry.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use deploy::Output;
use futures_util::stream;
use reqwest::Body;
use serde::Serialize;
use tokio::sync::Notify;

use super::failure::Failure;
use super::progress::Progress;
use super::session::Session;
pub use super::target::Registry;
use super::verify::verify;
use crate::image::Error;
use crate::image::pack::{Blob, Image};

/// A body is sent in pieces of this size, small enough for a progress bar to move.
const PIECE: usize = 64 * 1024;

/// The result of a push.
#[derive(Debug, Clone, Serialize)]
pub struct Pushed {
    /// The image with its digest, as `host/name@sha256:…`.
    pub image: String,
    /// Its tag.
    pub tag: String,
    /// The blobs, those that were sent and those that the registry had already.
    pub blobs: Vec<Sent>,
}

/// A blob of an image that was pushed.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Sent {
    /// Its content.
    pub name: &'static str,
    /// Its size in bytes.
    pub size: usize,
    /// Whether the registry lacked it.
    pub was_sent: bool,
}

/// Sends the blobs that the registry lacks, sets the tag, and checks that the registry has the image.
///
/// The next push completes an interrupted one: blobs that have arrived are not sent again. If the
/// tag points to another image, it is moved only with `moves_tag`.
pub async fn push(
    image: &Image,
    registry: &Registry,
    moves_tag: bool,
    output: Output,
) -> Result<Pushed, Error> {
    let reference = &registry.reference;
    let session = Session::open(registry, output).await;
    let session = session.map_err(|failure| registry.error(failure))?;
    let present = session.digest_of(registry.tag()).await;
    let present = present.map_err(|failure| registry.error(failure))?;
    let is_tagged = is_tagged(present.as_deref(), image, registry, moves_tag)?;
    let mut blobs = Vec::new();
    let layers = image.layers.iter().map(|layer| (layer.name, &layer.blob));
    for (name, blob) in layers.chain([("config", &image.config)]) {
        let sent = send(&session, name, blob, output).await;
        blobs.push(sent.map_err(|failure| registry.error(failure))?);
    }
    // ECR refuses to set an immutable tag again, even to the same image.
    if !is_tagged {
        let put = session.put_manifest(registry.tag(), &image.manifest).await;
        put.map_err(|failure| registry.error(failure))?;
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

/// Returns whether the tag already points to the image. Fails if it points to another one that must
/// not be replaced.
fn is_tagged(
    present: Option<&str>,
    image: &Image,
    registry: &Registry,
    moves_tag: bool,
) -> Result<bool, Error> {
    match present {
        Some(present) if present == image.digest() => Ok(true),
        Some(present) if !moves_tag => Err(Error::TagTaken {
            reference: registry.reference.whole(),
            present: present.to_owned(),
            ours: image.digest().to_owned(),
        }),
        Some(_) | None => Ok(false),
    }
}

async fn send(
    session: &Session<'_>,
    name: &'static str,
    blob: &Blob,
    output: Output,
) -> Result<Sent, Failure> {
    let size = blob.bytes.len();
    let progress = Progress::new(name, size, output);
    let body = |piece_sent| {
        progress.begin();
        let pieces = pieces(&blob.bytes, &progress, piece_sent);
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
    piece_sent: Arc<Notify>,
) -> impl Iterator<Item = io::Result<Bytes>> + Send + use<> {
    let (bytes, progress) = (bytes.clone(), progress.clone());
    (0..bytes.len()).step_by(PIECE).map(move |start| {
        let piece = bytes.slice(start..bytes.len().min(start + PIECE));
        progress.advance(piece.len());
        piece_sent.notify_one();
        Ok(piece)
    })
}
