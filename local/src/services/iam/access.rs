//! What an action is authorised for.

use super::context::Context;

/// One action on one resource, which the caller needs a permission for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    /// Such as `dynamodb:Scan`.
    pub(crate) action: String,
    /// The ARN, or `*` for an action that has no resource.
    pub(crate) resource: String,
    /// The condition keys of the service.
    pub(crate) context: Context,
}

impl Access {
    pub(crate) fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            context: Context::default(),
        }
    }

    /// The same action on each of several resources.
    pub(crate) fn each(action: &str, resources: impl IntoIterator<Item = String>) -> Vec<Self> {
        let resources = resources.into_iter();
        resources
            .map(|resource| Self::new(action, resource))
            .collect()
    }

    /// Adds a condition key.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<String>) {
        self.context.set(key, vec![value.into()]);
    }

    /// The same access with a condition key.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.context = self.context.with(key, value);
        self
    }
}
