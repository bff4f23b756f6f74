//! The condition keys of a request.

use std::collections::BTreeMap;

/// Condition keys and their values. The case of a key does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// The same context with one more key.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.set(key, vec![value.into()]);
        self
    }

    /// Sets a key that may have several values.
    pub(crate) fn set(&mut self, key: &str, values: Vec<String>) {
        self.0.insert(key.to_ascii_lowercase(), values);
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.0.remove(&key.to_ascii_lowercase());
    }

    pub(crate) fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// Adds the keys of `other` that are missing here.
    pub(crate) fn fill(&mut self, other: &Self) {
        for (key, values) in &other.0 {
            self.0.entry(key.clone()).or_insert_with(|| values.clone());
        }
    }
}
