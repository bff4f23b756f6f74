//! Manifests that name another image as their subject: what is attached to it, such as its SBOM or signature.
//!
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md>, and
//! <https://aws.amazon.com/about-aws/whats-new/2024/06/amazon-ecr-oci-image-distribution-version-1-1>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::repositories::{Manifest, Repository};

/// The parts of a manifest that say what it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct About {
    artifact_type: Option<String>,
    config: Config,
    subject: Option<Subject>,
    annotations: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Config {
    media_type: String,
}

#[derive(Debug, Deserialize)]
struct Subject {
    digest: String,
}

/// A manifest in the list of what is attached to an image.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Referrer {
    media_type: String,
    digest: String,
    size: usize,
    pub(super) artifact_type: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

impl About {
    pub(super) fn of(manifest: &str) -> Self {
        serde_json::from_str(manifest).unwrap_or_default()
    }

    /// The type of what the manifest holds: its own, or that of its configuration.
    pub(super) fn artifact_type(&self) -> &str {
        let own = self.artifact_type.as_deref().filter(|own| !own.is_empty());
        own.unwrap_or(&self.config.media_type)
    }

    /// The digest of the image that it belongs to.
    pub(super) fn subject(&self) -> Option<&str> {
        self.subject.as_ref().map(|subject| subject.digest.as_str())
    }
}

/// What is attached to an image, by digest. The image need not exist.
pub(super) fn referrers(repository: &Repository, digest: &str) -> Vec<Referrer> {
    let manifests = repository.manifests.iter();
    let abouts = manifests.map(|(own, manifest)| (own, manifest, About::of(&manifest.text)));
    abouts
        .filter(|(_, _, about)| about.subject() == Some(digest))
        .map(|(own, manifest, about)| referrer(own, manifest, about))
        .collect()
}

fn referrer(digest: &str, manifest: &Manifest, about: About) -> Referrer {
    Referrer {
        media_type: manifest.media_type.clone(),
        digest: digest.to_owned(),
        size: manifest.text.len(),
        artifact_type: about.artifact_type().to_owned(),
        annotations: about.annotations,
    }
}

/// Removes an image that has expired, with everything that is attached to it, directly or not.
pub(super) fn remove_with_referrers(repository: &mut Repository, digest: &str) {
    let mut removed = vec![digest.to_owned()];
    while let Some(digest) = removed.pop() {
        let attached = referrers(repository, &digest);
        repository.remove(&digest);
        removed.extend(attached.into_iter().map(|one| one.digest));
    }
}
