//! The manifest of an image.

use serde::Deserialize;

/// The parts of an image's manifest that are needed to unpack it.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    pub(super) config: Descriptor,
    #[serde(default)]
    pub(super) layers: Vec<Descriptor>,
}

/// A blob that a manifest names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) digest: String,
    #[serde(default)]
    pub(super) media_type: String,
}

/// The manifests of an image for several platforms.
#[derive(Debug, Deserialize)]
pub(super) struct Index {
    manifests: Vec<OfPlatform>,
}

#[derive(Debug, Deserialize)]
struct OfPlatform {
    digest: String,
    #[serde(default)]
    platform: Platform,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Platform {
    os: String,
    architecture: String,
}

impl Index {
    /// The digest of the manifest for Linux on this processor.
    pub(super) fn for_platform(&self, architecture: &str) -> Option<String> {
        let mut all = self.manifests.iter();
        let found =
            all.find(|one| one.platform.os == "linux" && one.platform.architecture == architecture);
        found.map(|one| one.digest.clone())
    }
}
