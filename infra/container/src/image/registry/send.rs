//! Sends a blob, with a progress bar.

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
use crate::image::pack::Blob;

/// A body is sent in pieces of this size, small enough for a progress bar to move.
const PIECE: usize = 64 * 1024;

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

/// Sends a blob if the registry lacks it.
pub(super) async fn send(
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
