use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;

use super::layer::{self, Layer};
use super::{Architecture, Compression, Dist, Error, digest};

const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// Neither root nor anybody else: the numbers that distroless images use.
const USER: &str = "65532:65532";
/// The time at which nothing was built, which is the same for everybody.
const CREATED: &str = "1970-01-01T00:00:00Z";

/// An image in memory.
#[derive(Debug, Clone)]
pub struct Image {
    /// The files, in the order of how rarely they change.
    pub layers: Vec<Layer>,
    /// How it is run.
    pub config: Blob,
    /// What it consists of; its digest is that of the image.
    pub manifest: Blob,
    /// The CPU that it is for.
    pub architecture: Architecture,
}

/// Bytes with their digest.
#[derive(Debug, Clone)]
pub struct Blob {
    /// What they are.
    pub media_type: &'static str,
    /// As `sha256:…`.
    pub digest: String,
    /// The bytes.
    pub bytes: Bytes,
}

/// Makes the image of what is in `dist/`.
pub fn build(dist: &Dist, compression: Compression) -> Result<Image, Error> {
    let layers = layer::all(dist, compression)?;
    let config = Blob::json(CONFIG, &Settings::new(dist, &layers))?;
    let manifest = Manifest {
        schema_version: 2,
        media_type: MANIFEST,
        config: Descriptor::from(&config),
        layers: layers.iter().map(|layer| (&layer.blob).into()).collect(),
    };
    Ok(Image {
        manifest: Blob::json(MANIFEST, &manifest)?,
        architecture: dist.architecture,
        layers,
        config,
    })
}

impl Image {
    /// What it is deployed by.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// How many bytes its layers have, as they are sent and pulled.
    #[must_use]
    pub fn size(&self) -> usize {
        let sizes = self.layers.iter().map(|layer| layer.blob.bytes.len());
        sizes.sum()
    }
}

impl Blob {
    pub(crate) fn new(media_type: &'static str, bytes: Bytes) -> Self {
        Self {
            media_type,
            digest: digest::of(&bytes),
            bytes,
        }
    }

    fn json<T: Serialize>(media_type: &'static str, value: &T) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(value).map_err(|err| Error::Pack(err.into()))?;
        Ok(Self::new(media_type, bytes.into()))
    }
}

/// How a blob is referred to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor<'a> {
    media_type: &'static str,
    digest: &'a str,
    size: usize,
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

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    schema_version: u8,
    media_type: &'static str,
    config: Descriptor<'a>,
    layers: Vec<Descriptor<'a>>,
}

/// The order of the fields is the order in the file, and so part of the digest.
#[derive(Debug, Serialize)]
struct Settings<'a> {
    created: &'static str,
    architecture: &'static str,
    os: &'static str,
    config: Run<'a>,
    rootfs: RootFs<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Run<'a> {
    user: &'static str,
    exposed_ports: ExposedPorts,
    entrypoint: [&'static str; 1],
    working_dir: &'static str,
    labels: BTreeMap<&'static str, &'a str>,
}

/// A set, which the specification writes as an object of empty objects.
#[derive(Debug, Default, Serialize)]
struct ExposedPorts {
    #[serde(rename = "8080/tcp")]
    http: Nothing,
}

#[derive(Debug, Default, Serialize)]
struct Nothing {}

#[derive(Debug, Serialize)]
struct RootFs<'a> {
    r#type: &'static str,
    diff_ids: Vec<&'a str>,
}

impl<'a> Settings<'a> {
    fn new(dist: &'a Dist, layers: &'a [Layer]) -> Self {
        Self {
            created: CREATED,
            architecture: dist.architecture.oci(),
            os: "linux",
            config: Run {
                user: USER,
                exposed_ports: ExposedPorts::default(),
                entrypoint: ["/showtable"],
                working_dir: "/",
                labels: labels(dist),
            },
            rootfs: RootFs {
                r#type: "layers",
                diff_ids: layers.iter().map(|layer| layer.diff_id.as_str()).collect(),
            },
        }
    }
}

fn labels(dist: &Dist) -> BTreeMap<&'static str, &str> {
    let mut labels = BTreeMap::from([("org.opencontainers.image.title", "showtable")]);
    if let Some(build) = &dist.build {
        labels.insert("org.opencontainers.image.version", build.version.as_str());
        if let Some(revision) = &build.revision {
            labels.insert("org.opencontainers.image.revision", revision);
        }
    }
    labels
}
