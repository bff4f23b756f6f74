use bytes::Bytes;
use serde::Serialize;

use crate::image::{Error, digest};

/// Bytes with their digest.
#[derive(Debug, Clone)]
pub struct Blob {
    /// The media type.
    pub media_type: &'static str,
    /// The digest, as `sha256:…`.
    pub digest: String,
    /// The bytes.
    pub bytes: Bytes,
}

/// A reference to a blob.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor<'a> {
    media_type: &'static str,
    digest: &'a str,
    size: usize,
}

impl Blob {
    pub(super) fn new(media_type: &'static str, bytes: Bytes) -> Self {
        Self {
            media_type,
            digest: digest::of(&bytes),
            bytes,
        }
    }

    pub(in crate::image) fn json<T: Serialize>(
        media_type: &'static str,
        value: &T,
    ) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(value).map_err(|err| Error::Pack(err.into()))?;
        Ok(Self::new(media_type, bytes.into()))
    }
}

impl<'a> From<&'a Blob> for Descriptor<'a> {
    fn from(blob: &'a Blob) -> Self {
        Self {
            media_type: blob.media_type,
            digest: &blob.digest,
            size: blob.bytes.len(),
        }
    }
}
