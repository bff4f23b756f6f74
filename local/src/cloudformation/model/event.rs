//! An event of a stack.

use serde::{Deserialize, Serialize};

use super::change_set::{Invalid, Validation};

/// The resource type that a stack's own events carry.
pub(crate) const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

/// An event of a stack or of a resource in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) resource_type: String,
    /// The status of the stack or of the resource, as text.
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) timestamp: String,
    pub(crate) properties: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) operation: String,
    pub(crate) operation_type: OperationType,
    /// What pre-deployment validation found, if the event is about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) finding: Option<Finding>,
}

/// What pre-deployment validation found: which validation, where, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) validation: Validation,
    pub(crate) path: String,
    pub(crate) reason: String,
}

impl From<Invalid> for Finding {
    fn from(invalid: Invalid) -> Self {
        Self {
            validation: invalid.validation,
            path: invalid.path,
            reason: invalid.reason,
        }
    }
}

impl Event {
    pub(crate) fn is_failure(&self) -> bool {
        self.status.ends_with("_FAILED") || self.finding.is_some()
    }

    /// Whether the event is about the stack itself.
    pub(crate) fn is_of_stack(&self) -> bool {
        self.resource_type == STACK_TYPE
    }
}

/// The kind of an operation on a stack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum OperationType {
    /// The stack is in review: no operation has started.
    #[default]
    #[serde(rename = "")]
    None,
    CreateStack,
    UpdateStack,
    DeleteStack,
    ContinueRollback,
    Rollback,
    CreateChangeset,
}
