//! A change set: the changes that it shows, and the version that its execution deploys.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::drift::Actual;
use super::version::Version;

/// The physical ids of the resources to import, by logical id.
pub(crate) type Imports = BTreeMap<String, String>;

/// A change set. The local AWS computes it within the call that creates it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// The client's token for the creation.
    #[serde(default)]
    pub(crate) token: Option<String>,
    pub(crate) kind: ChangeSetType,
    pub(crate) status: ChangeSetStatus,
    pub(crate) status_reason: Option<String>,
    pub(crate) execution_status: ExecutionStatus,
    pub(crate) created: String,
    pub(crate) on_failure: OnFailure,
    /// Express mode: do not wait until resources are in service.
    pub(crate) express: bool,
    /// The version to deploy, without resources and outputs yet.
    pub(crate) target: Version,
    /// The id of the operation that created the change set.
    #[serde(default)]
    pub(crate) operation: String,
    /// What pre-deployment validation found.
    #[serde(default)]
    pub(crate) findings: Vec<Invalid>,
    /// Whether an operation without a change set would begin, and then fail for the status reason.
    #[serde(default)]
    pub(crate) fails_late: bool,
    #[serde(default)]
    pub(crate) origin: Origin,
    /// Whether existing resources with the names of new ones are imported.
    #[serde(default)]
    pub(crate) import_existing: bool,
    /// The drift that the execution reverts.
    pub(crate) actual: Actual,
    pub(crate) imports: Imports,
    pub(crate) changes: Vec<Change>,
}

impl ChangeSet {
    /// Whether `name_or_id` is the name or the ARN of this change set.
    pub(crate) fn is_called(&self, name_or_id: &str) -> bool {
        self.name == name_or_id || self.id == name_or_id
    }

    pub(crate) fn fail(&mut self, reason: String) {
        self.status = ChangeSetStatus::Failed;
        self.execution_status = ExecutionStatus::Unavailable;
        self.status_reason = Some(reason);
    }
}

/// Who has made a change set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Origin {
    /// The caller, who may review it.
    #[default]
    Caller,
    /// `CreateStack` or `UpdateStack`, which execute it at once.
    Direct,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ChangeSetType {
    Create,
    Update,
    Import,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ChangeSetStatus {
    CreateComplete,
    Failed,
}

impl fmt::Display for ChangeSetStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ExecutionStatus {
    Available,
    Unavailable,
}

/// What happens to a stack whose creation fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum OnFailure {
    /// The text is empty for a stack on which no operation has started yet.
    #[default]
    #[serde(alias = "")]
    Rollback,
    Delete,
    DoNothing,
}

/// Something wrong that pre-deployment validation found in a resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Invalid {
    pub(crate) logical_id: String,
    pub(crate) resource_type: String,
    pub(crate) validation: Validation,
    /// The place in the template, such as `/Resources/Table/Properties/KeySchema/0`.
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// The pre-deployment validations, in the order in which a change set names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Validation {
    NameConflictValidation,
    PropertyValidation,
}

impl Validation {
    /// The name in the status reason of a change set.
    pub(crate) fn hook(self) -> &'static str {
        match self {
            Self::NameConflictValidation => "AWS::EarlyValidation::ResourceExistenceCheck",
            Self::PropertyValidation => "AWS::EarlyValidation::PropertyValidation",
        }
    }
}
