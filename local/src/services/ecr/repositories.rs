//! The repositories with their manifests and tags, as part of the account's state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::{fits, seconds};

/// The repositories, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Repositories(BTreeMap<String, Repository>);

/// A repository of ECR.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Repository {
    /// Seconds since 1970.
    pub(super) created: f64,
    pub(super) immutable_tags: bool,
    pub(super) scan_on_push: bool,
    pub(super) lifecycle_policy: Option<String>,
    /// Patterns of tags for which `immutable_tags` is the other way round.
    #[serde(default)]
    pub(super) mutability_exceptions: Vec<String>,
    /// The type of encryption, and the key if there is one.
    #[serde(default)]
    pub(super) encryption: Option<(String, Option<String>)>,
    #[serde(default)]
    pub(super) policy: Option<String>,
    #[serde(default)]
    pub(super) resource_tags: BTreeMap<String, String>,
    /// By digest.
    pub(super) manifests: BTreeMap<String, Manifest>,
    /// The digests, by tag.
    pub(super) tags: BTreeMap<String, String>,
}

/// The manifest of an image: it lists the layers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) media_type: String,
    pub(super) text: String,
    /// Seconds since 1970.
    pub(super) pushed: f64,
    /// The bytes of all its layers.
    pub(super) size: u64,
}

impl Repository {
    /// A repository without images.
    pub(super) fn new(immutable_tags: bool, scan_on_push: bool) -> Self {
        Self {
            created: seconds(),
            immutable_tags,
            scan_on_push,
            lifecycle_policy: None,
            mutability_exceptions: Vec::new(),
            encryption: None,
            policy: None,
            resource_tags: BTreeMap::new(),
            manifests: BTreeMap::new(),
            tags: BTreeMap::new(),
        }
    }

    /// The name of its mutability.
    pub(super) fn mutability(&self) -> &'static str {
        match (self.immutable_tags, self.mutability_exceptions.is_empty()) {
            (false, true) => "MUTABLE",
            (true, true) => "IMMUTABLE",
            (false, false) => "MUTABLE_WITH_EXCLUSION",
            (true, false) => "IMMUTABLE_WITH_EXCLUSION",
        }
    }

    /// Whether a tag that exists cannot be moved to another image.
    pub(super) fn is_immutable(&self, tag: &str) -> bool {
        let mut exceptions = self.mutability_exceptions.iter();
        self.immutable_tags != exceptions.any(|pattern| fits(pattern, tag))
    }

    /// The digest of the image with this digest or tag.
    pub(super) fn digest<'a>(&'a self, reference: &'a str) -> Option<&'a str> {
        let digest = self.tags.get(reference).map_or(reference, String::as_str);
        self.manifests.contains_key(digest).then_some(digest)
    }

    /// The tags of a manifest.
    pub(super) fn tags_of(&self, digest: &str) -> Vec<&str> {
        let tags = self.tags.iter().filter(|(_, known)| *known == digest);
        tags.map(|(tag, _)| tag.as_str()).collect()
    }

    /// Removes an image with its tags.
    pub(super) fn remove(&mut self, digest: &str) {
        self.manifests.remove(digest);
        self.tags.retain(|_, known| known != digest);
    }
}

/// ECR's sentence for filters that do not fit the mutability.
pub(super) const UNFIT: &str = "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'imageTagMutabilityExclusionFilters must be specified if and only if imageTagMutability is IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION'";

/// Whether a mutability has filters exactly if it needs them.
pub(super) fn has_its_filters(mutability: Option<&str>, has_filters: bool) -> bool {
    mutability.is_some_and(|name| name.ends_with("_WITH_EXCLUSION")) == has_filters
}

impl Repositories {
    pub(super) fn get(&self, name: &str) -> Option<&Repository> {
        self.0.get(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Repository> {
        self.0.get_mut(name)
    }

    /// All repositories with their names.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Repository)> {
        self.0.iter().map(|(name, one)| (name.as_str(), one))
    }

    /// Adds a repository. Returns false if one with this name exists.
    pub(super) fn add(&mut self, name: &str, repository: Repository) -> bool {
        let is_new = !self.0.contains_key(name);
        if is_new {
            self.0.insert(name.to_owned(), repository);
        }
        is_new
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }
}
