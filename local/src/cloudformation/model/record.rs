//! A resource of a stack, as CloudFormation records it.

use std::collections::BTreeMap;
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
    /// The values of secrets in the properties, by the references of the template.
    #[serde(default, skip_serializing_if = "Secrets::is_empty")]
    pub(crate) secrets: Secrets,
}

/// The values of secrets, by their references, such as `{{resolve:secretsmanager:login}}`.
pub(crate) type Secrets = BTreeMap<String, String>;

impl Record {
    /// Whether the resource was created and still exists.
    pub(crate) fn exists(&self) -> bool {
        !self.physical_id.is_empty() && !self.status.is_deleted()
    }

    /// Replaces every secret of the resource in `text` by its reference. CloudFormation shows no
    /// secrets.
    pub(crate) fn mask(&self, text: &str) -> String {
        let secrets = self.secrets.iter().filter(|(_, value)| !value.is_empty());
        secrets.fold(text.to_owned(), |text, (reference, value)| {
            text.replace(value, reference)
        })
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
