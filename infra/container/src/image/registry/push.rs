//! Pushing an image to a registry.

use deploy::Output;
use serde::Serialize;

use super::attach::{Attached, attach};
use super::send::{Sent, send};
use super::session::Session;
pub use super::target::Registry;
use super::verify::verify;
use crate::image::Error;
use crate::image::pack::Image;

/// The result of a push.
#[derive(Debug, Clone, Serialize)]
pub struct Pushed {
    /// The image with its digest, as `host/name@sha256:…`.
    pub image: String,
    /// Its tag.
    pub tag: String,
    /// The blobs, those that were sent and those that the registry had already.
    pub blobs: Vec<Sent>,
    /// What is attached to the image.
    pub attachments: Vec<Attached>,
}

/// Sends the blobs that the registry lacks, sets the tag, checks that the registry has the image, and
/// attaches what belongs to it.
///
/// The next push completes an interrupted one: blobs that have arrived are not sent again. If the
/// tag points to another image, it is moved only with `moves_tag`.
pub async fn push(
    image: &Image,
    registry: &Registry,
    moves_tag: bool,
    output: Output,
) -> Result<Pushed, Error> {
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
    let attachments = attach(&session, registry, image, output).await?;
    Ok(Pushed {
        image: format!("{}@{}", registry.repository(), image.digest()),
        attachments,
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
