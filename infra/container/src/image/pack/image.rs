use super::attachment::{Attachment, attachments};
use super::blob::Blob;
use super::compression::Compression;
use super::layer::{self, Layer};
use super::manifest::{configuration, manifest};
use super::signature::SigningKey;
use crate::image::dist::Dist;
use crate::image::{Architecture, Error};

/// An image in memory.
#[derive(Debug, Clone)]
pub struct Image {
    /// The files. Layers that change least come first.
    pub layers: Vec<Layer>,
    /// The configuration: how to run the image.
    pub config: Blob,
    /// The list of all parts. Its digest is the digest of the image.
    pub manifest: Blob,
    /// The CPU that the image is for.
    pub architecture: Architecture,
    /// What belongs to the image without being part of it.
    pub attachments: Vec<Attachment>,
    /// The key to sign the image with when it is pushed.
    pub signer: Option<SigningKey>,
}

/// Makes the image of `dist/`.
pub fn build(dist: &Dist, compression: Compression) -> Result<Image, Error> {
    let layers = layer::all(dist, compression)?;
    let config = configuration(dist, &layers)?;
    let manifest = manifest(&config, &layers)?;
    Ok(Image {
        attachments: attachments(dist, &manifest)?,
        signer: None,
        manifest,
        architecture: dist.architecture,
        layers,
        config,
    })
}

impl Image {
    /// The digest of the image, by which it is deployed.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// The size of all layers in bytes, as they are sent and pulled.
    #[must_use]
    pub fn size(&self) -> usize {
        let sizes = self.layers.iter().map(|layer| layer.blob.bytes.len());
        sizes.sum()
    }
}
