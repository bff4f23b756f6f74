use std::collections::BTreeMap;

use serde::Serialize;

use super::blob::{Blob, Descriptor};
use super::layer::Layer;
use crate::image::Error;
use crate::image::dist::Dist;

pub(super) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// An unprivileged user and group: the numbers that distroless images use.
const USER: &str = "65532:65532";
/// The allocator of the app gives memory back at once, not only when more is asked for.
const ENV: [&str; 1] = ["MIMALLOC_PURGE_DELAY=0"];
/// The same time for every build, so that it does not change the digest.
const CREATED: &str = "1970-01-01T00:00:00Z";

/// The configuration of an image: how to run it.
pub(super) fn configuration(dist: &Dist, layers: &[Layer]) -> Result<Blob, Error> {
    Blob::json(CONFIG, &Configuration::new(dist, layers))
}

/// The manifest of an image: what it consists of.
pub(super) fn manifest(config: &Blob, layers: &[Layer]) -> Result<Blob, Error> {
    let manifest = Manifest {
        schema_version: 2,
        media_type: MANIFEST,
        config: Descriptor::from(config),
        layers: layers.iter().map(|layer| (&layer.blob).into()).collect(),
    };
    Blob::json(MANIFEST, &manifest)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    schema_version: u8,
    media_type: &'static str,
    config: Descriptor<'a>,
    layers: Vec<Descriptor<'a>>,
}

/// The configuration. The order of the fields is their order in the file, so it affects the digest.
#[derive(Debug, Serialize)]
struct Configuration<'a> {
    created: &'static str,
    architecture: &'static str,
    os: &'static str,
    config: Process<'a>,
    rootfs: RootFs<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Process<'a> {
    user: &'static str,
    exposed_ports: ExposedPorts,
    env: [&'static str; 1],
    entrypoint: [&'static str; 1],
    working_dir: &'static str,
    labels: BTreeMap<&'static str, &'a str>,
}

/// A set of ports, which the specification writes as an object of empty objects.
#[derive(Debug, Default, Serialize)]
struct ExposedPorts {
    #[serde(rename = "8080/tcp")]
    http: Empty,
}

#[derive(Debug, Default, Serialize)]
struct Empty {}

#[derive(Debug, Serialize)]
struct RootFs<'a> {
    r#type: &'static str,
    diff_ids: Vec<&'a str>,
}

impl<'a> Configuration<'a> {
    fn new(dist: &'a Dist, layers: &'a [Layer]) -> Self {
        Self {
            created: CREATED,
            architecture: dist.architecture.oci(),
            os: "linux",
            config: Process {
                user: USER,
                exposed_ports: ExposedPorts::default(),
                env: ENV,
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
