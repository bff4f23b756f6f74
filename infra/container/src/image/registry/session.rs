//! The part of the distribution protocol that a push needs:
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>

use std::sync::Arc;

use bytes::Bytes;
use deploy::Output;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, LOCATION};
use reqwest::{Body, Method, Url};
use tokio::sync::Notify;

use super::connection::Connection;
use super::failure::Failure;
use super::response::Response;
use super::target::Registry;
use crate::image::digest;
use crate::image::pack::Blob;

const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
/// All types that a tag may point to: a registry may hide images of types that are not listed.
const MANIFESTS: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

/// The operations of a registry.
#[derive(Debug)]
pub(super) struct Session<'a>(Connection<'a>);

/// A manifest as the registry has it.
#[derive(Debug)]
pub(super) struct StoredManifest {
    pub(super) bytes: Bytes,
    /// The digest in the header of the response, if the registry sent one.
    pub(super) claimed: Option<String>,
}

impl<'a> Session<'a> {
    /// Connects, and logs in if the registry asks for it.
    pub(super) async fn open(registry: &'a Registry, output: Output) -> Result<Self, Failure> {
        Connection::open(registry, output).await.map(Self)
    }

    /// The digest of the manifest that has a tag.
    pub(super) async fn digest_of(&self, tag: &str) -> Result<Option<String>, Failure> {
        let Self(connection) = self;
        let url = connection.address(&format!("manifests/{tag}"))?;
        let request = |method| connection.request(method, &url).header(ACCEPT, MANIFESTS);
        let Some(response) = connection.send(|| request(Method::HEAD)).await?.found()? else {
            return Ok(None);
        };
        if let Some(digest) = response.header(&CONTENT_DIGEST) {
            return Ok(Some(digest.to_owned()));
        }
        let found = connection.send(|| request(Method::GET)).await?.found()?;
        Ok(found.map(|response| digest::of(&response.body)))
    }

    /// The manifest with a tag or a digest.
    pub(super) async fn manifest(
        &self,
        reference: &str,
        media_type: &'static str,
    ) -> Result<StoredManifest, Failure> {
        let Self(connection) = self;
        let url = connection.address(&format!("manifests/{reference}"))?;
        let get = || {
            connection
                .request(Method::GET, &url)
                .header(ACCEPT, media_type)
        };
        let response = connection.send(get).await?.success()?;
        Ok(StoredManifest {
            claimed: response.header(&CONTENT_DIGEST).map(str::to_owned),
            bytes: response.body,
        })
    }

    /// The bytes of the manifest that has a tag.
    pub(super) async fn tagged(&self, tag: &str) -> Result<Option<Bytes>, Failure> {
        let Self(connection) = self;
        let url = connection.address(&format!("manifests/{tag}"))?;
        let get = || {
            connection
                .request(Method::GET, &url)
                .header(ACCEPT, MANIFESTS)
        };
        let found = connection.send(get).await?.found()?;
        Ok(found.map(|response| response.body))
    }

    /// Returns whether the registry itself lists what is attached to an image.
    pub(super) async fn lists_referrers(&self, digest: &str) -> Result<bool, Failure> {
        let Self(connection) = self;
        if connection.registry.lists_referrers {
            return Ok(true);
        }
        let url = connection.address(&format!("referrers/{digest}"))?;
        let get = || connection.request(Method::GET, &url);
        Ok(connection.send(get).await?.status.is_success())
    }

    /// Stores a manifest under a tag, or under its digest.
    pub(super) async fn put_manifest(&self, tag: &str, manifest: &Blob) -> Result<(), Failure> {
        let Self(connection) = self;
        let url = connection.address(&format!("manifests/{tag}"))?;
        let put = || {
            connection
                .request(Method::PUT, &url)
                .header(CONTENT_TYPE, manifest.media_type)
                .body(manifest.bytes.clone())
        };
        connection.send(put).await?.success().map(drop)
    }

    /// Sends a blob if the registry lacks it, and returns whether it did.
    ///
    /// `body` starts reading the blob. It notifies its argument of each piece.
    pub(super) async fn upload(
        &self,
        blob: &Blob,
        body: impl Fn(Arc<Notify>) -> Body,
    ) -> Result<bool, Failure> {
        let Self(connection) = self;
        let present = connection.address(&format!("blobs/{}", blob.digest))?;
        let uploads = connection.address("blobs/uploads/")?;
        let attempt = || async {
            // Asked before every attempt: after a failure the blob may have arrived all the same.
            let head = || connection.request(Method::HEAD, &present);
            if connection.send(head).await?.found()?.is_some() {
                return Ok(false);
            }
            // A new upload for every attempt: the registry may hold a part of the last one.
            let begin = || {
                connection
                    .request(Method::POST, &uploads)
                    .header(CONTENT_LENGTH, 0)
            };
            let mut location = location(&connection.send(begin).await?.success()?)?;
            location
                .query_pairs_mut()
                .append_pair("digest", &blob.digest);
            let put = || {
                connection
                    .request(Method::PUT, &location)
                    .header(CONTENT_TYPE, "application/octet-stream")
                    .header(CONTENT_LENGTH, blob.bytes.len())
                    .body(body(connection.piece_sent.clone()))
            };
            connection.send_once(put).await?.success()?;
            Ok(true)
        };
        connection.retried(attempt).await
    }
}

/// The address for an upload, which may be on another host.
fn location(response: &Response) -> Result<Url, Failure> {
    let location = response.header(&LOCATION);
    location
        .and_then(|location| response.url.join(location).ok())
        .ok_or_else(|| response.unexpected("it did not say where an upload goes"))
}
