//! A resource of a stack, as CloudFormation records it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::status::ResourceStatus;

/// A resource of a stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) resource_type: String,
    /// Empty until the resource is created.
    pub(crate) physical_id: String,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<String>,
    pub(crate) timestamp: String,
    /// The properties, resolved, as the service received them.
    pub(crate) properties: Value,
    /// The attributes that `Fn::GetAtt` returns.
    pub(crate) attributes: Map<String, Value>,
    /// The logical ids of the resources that had to be created before this one.
    pub(crate) dependencies: Vec<String>,
    pub(crate) deletion_policy: Option<Policy>,
    pub(crate) update_replace_policy: Option<Policy>,
}

impl Record {
    /// Whether the resource was created and still exists.
    pub(crate) fn exists(&self) -> bool {
        !self.physical_id.is_empty() && !self.status.is_deleted()
    }

    /// Whether the deletion policy keeps the resource; `creating` while a creation is rolled back.
    pub(crate) fn is_retained(&self, creating: bool) -> bool {
        match self.deletion_policy {
            Some(Policy::Retain) => true,
            Some(Policy::RetainExceptOnCreate) => !creating,
            Some(Policy::Delete) | None => false,
        }
    }

    /// Whether the resource is kept when an update replaces it.
    pub(crate) fn is_retained_on_replacement(&self) -> bool {
        self.update_replace_policy == Some(Policy::Retain)
    }
}

/// A `DeletionPolicy` or an `UpdateReplacePolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Policy {
    Delete,
    Retain,
    RetainExceptOnCreate,
}

impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}
