//! The buckets with their objects, as part of the account's state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::now;

/// The buckets, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Buckets(BTreeMap<String, Contained>);

/// A bucket. Its configuration is in the properties of its resource.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Contained {
    pub(super) created: String,
    /// The versions of each object, the oldest first.
    pub(super) objects: BTreeMap<String, Vec<Version>>,
    /// The multipart uploads that have begun, by id.
    pub(super) uploads: BTreeMap<String, Upload>,
}

/// A version of an object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    /// `null` in a bucket without versions.
    pub(super) id: String,
    pub(super) modified: String,
    pub(super) etag: String,
    pub(super) size: u64,
    /// The name of the file with the bytes; `None` is a delete marker.
    pub(super) content: Option<String>,
    /// The headers that a client gave, such as `content-type` and `x-amz-meta-…`.
    pub(super) headers: BTreeMap<String, String>,
}

/// A multipart upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Upload {
    pub(super) key: String,
    pub(super) begun: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) parts: BTreeMap<u32, Version>,
}

impl Buckets {
    pub(super) fn get(&self, name: &str) -> Option<&Contained> {
        self.0.get(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Contained> {
        self.0.get_mut(name)
    }

    /// All buckets with their names.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Contained)> {
        self.0.iter().map(|(name, one)| (name.as_str(), one))
    }

    /// Adds an empty bucket. Returns false if one with this name exists.
    pub(super) fn add(&mut self, name: &str) -> bool {
        let is_new = !self.0.contains_key(name);
        if is_new {
            let bucket = Contained {
                created: now(),
                objects: BTreeMap::new(),
                uploads: BTreeMap::new(),
            };
            self.0.insert(name.to_owned(), bucket);
        }
        is_new
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }
}

impl Contained {
    /// The newest version of an object, or the one with this id.
    pub(super) fn version(&self, key: &str, id: Option<&str>) -> Option<&Version> {
        let mut versions = self.objects.get(key)?.iter().rev();
        match id {
            Some(id) => versions.find(|version| version.id == id),
            None => versions.next(),
        }
    }

    /// Adds a version. Without versioning, it takes the place of the one that has no id. Returns
    /// the contents that are no longer used.
    pub(super) fn put(&mut self, key: &str, version: Version) -> Vec<String> {
        let versions = self.objects.entry(key.to_owned()).or_default();
        let replaced = versions
            .extract_if(.., |known| known.id == "null" && version.id == "null")
            .filter_map(|known| known.content)
            .collect();
        versions.push(version);
        replaced
    }

    /// Removes a version, or all of an object that has no versions. Returns the contents that are
    /// no longer used.
    pub(super) fn remove(&mut self, key: &str, id: &str) -> Vec<Version> {
        let Some(versions) = self.objects.get_mut(key) else {
            return Vec::new();
        };
        let removed = versions.extract_if(.., |known| known.id == id).collect();
        if versions.is_empty() {
            self.objects.remove(key);
        }
        removed
    }
}
