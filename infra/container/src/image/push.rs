//! Pushing an image to a registry.

use std::time::Duration;

use bytes::Bytes;
use deploy::Output;
use futures_util::stream;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use oci_client::{Client, Reference, RegistryOperation};
use serde::Serialize;

use super::progress::Progress;
use super::retry::retried;
use super::{Blob, Error, Image, Login, digest};

/// A connection that is silent for so long has broken.
const SILENCE: Duration = Duration::from_mins(1);
const CONNECT: Duration = Duration::from_secs(10);
/// Small enough for a bar to move.
const PIECE: usize = 64 * 1024;

/// A place for an image in a registry, and how to get at it.
#[derive(Debug, Clone)]
pub struct Registry {
    reference: Reference,
    login: Login,
    is_plain: bool,
}

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

impl Registry {
    /// Reads a reference with a tag, as `ghcr.io/me/showtable:1`, and looks for a login.
    ///
    /// Registries on this machine are spoken to without TLS, as is one that begins with `http://`.
    pub fn parse(text: &str, username: Option<&str>) -> Result<Self, Error> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text),
        };
        let invalid = |reason: &str| Error::Reference(text.to_owned(), reason.to_owned());
        let reference: Reference = rest.parse().map_err(|err| invalid(&format!("{err}")))?;
        if reference.digest().is_some() {
            return Err(invalid(
                "an image is pushed by a tag, its digest is what comes of it",
            ));
        }
        let is_plain = match scheme {
            None => is_on_this_machine(reference.resolve_registry()),
            Some("http") => true,
            Some("https") => false,
            Some(_) => return Err(invalid("only http:// and https:// can stand before it")),
        };
        let login = Login::find(reference.registry(), username)?;
        Ok(Self {
            reference,
            login,
            is_plain,
        })
    }

    /// With a login that is known already.
    #[must_use]
    pub const fn with_login(reference: Reference, login: Login, is_plain: bool) -> Self {
        Self {
            reference,
            login,
            is_plain,
        }
    }

    fn host(&self) -> &str {
        self.reference.resolve_registry()
    }

    fn client(&self) -> Result<Client, Error> {
        let config = ClientConfig {
            protocol: if self.is_plain {
                ClientProtocol::Http
            } else {
                ClientProtocol::Https
            },
            use_monolithic_push: true,
            read_timeout: Some(SILENCE),
            connect_timeout: Some(CONNECT),
            ..ClientConfig::default()
        };
        Client::try_from(config).map_err(|err| self.failed(&err))
    }

    fn failed(&self, err: &OciDistributionError) -> Error {
        Error::registry(self.host(), self.reference.repository(), err)
    }
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
    retried(|| client.auth(reference, &auth, RegistryOperation::Push))
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

/// The digest of the image that has the tag.
async fn tagged(client: &Client, registry: &Registry) -> Result<Option<String>, Error> {
    let auth = registry.login.auth();
    let reference = &registry.reference;
    match retried(|| client.fetch_manifest_digest(reference, &auth)).await {
        Ok(digest) => Ok(Some(digest)),
        Err(err) if is_missing(&err) => Ok(None),
        Err(err) => Err(registry.failed(&err)),
    }
}

fn is_missing(err: &OciDistributionError) -> bool {
    use oci_client::errors::OciErrorCode::{ManifestUnknown, NameUnknown, NotFound};
    match err {
        OciDistributionError::ImageManifestNotFoundError(_)
        | OciDistributionError::ServerError { code: 404, .. } => true,
        OciDistributionError::RegistryError { envelope, .. } => envelope
            .errors
            .iter()
            .any(|err| matches!(err.code, ManifestUnknown | NameUnknown | NotFound)),
        _ => false,
    }
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
    let sent = retried(|| async {
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
    retried(|| {
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

/// Asks by tag and by digest, and believes only the bytes.
async fn verify(client: &Client, registry: &Registry, image: &Image) -> Result<(), Error> {
    let auth = registry.login.auth();
    let by_tag = registry.reference.clone();
    let by_digest = by_tag.clone_with_digest(image.digest().to_owned());
    for reference in [by_tag, by_digest] {
        let accepted = [image.manifest.media_type];
        let pulled = retried(|| client.pull_manifest_raw(&reference, &auth, &accepted)).await;
        let claimed = match pulled {
            Ok((bytes, claimed)) if bytes == image.manifest.bytes && claimed == image.digest() => {
                continue;
            }
            Ok((bytes, _)) if bytes != image.manifest.bytes => digest::of(&bytes),
            Ok((_, claimed)) => claimed,
            Err(OciDistributionError::DigestError(err)) => err.to_string(),
            Err(err) => return Err(registry.failed(&err)),
        };
        return Err(Error::Lied {
            registry: registry.host().to_owned(),
            ours: image.digest().to_owned(),
            claimed,
        });
    }
    Ok(())
}

/// Whether a host, with or without a port, is this machine.
fn is_on_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.split(':').next().unwrap_or(host),
    };
    let address = name.parse::<std::net::IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
