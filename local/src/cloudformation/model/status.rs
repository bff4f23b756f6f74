//! The statuses of stacks and of their resources.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The status of a stack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StackStatus {
    /// A change set exists that would create the stack.
    #[default]
    ReviewInProgress,
    CreateInProgress,
    CreateComplete,
    CreateFailed,
    RollbackInProgress,
    RollbackComplete,
    RollbackFailed,
    UpdateInProgress,
    UpdateCompleteCleanupInProgress,
    UpdateComplete,
    UpdateFailed,
    UpdateRollbackInProgress,
    UpdateRollbackCompleteCleanupInProgress,
    UpdateRollbackComplete,
    UpdateRollbackFailed,
    ImportInProgress,
    ImportComplete,
    ImportRollbackComplete,
    DeleteInProgress,
    DeleteComplete,
    DeleteFailed,
}

impl StackStatus {
    /// Whether an operation runs.
    pub(crate) fn is_busy(self) -> bool {
        matches!(
            self,
            Self::CreateInProgress
                | Self::RollbackInProgress
                | Self::UpdateInProgress
                | Self::UpdateCompleteCleanupInProgress
                | Self::UpdateRollbackInProgress
                | Self::UpdateRollbackCompleteCleanupInProgress
                | Self::ImportInProgress
                | Self::DeleteInProgress
        )
    }

    pub(crate) fn is_deleted(self) -> bool {
        self == Self::DeleteComplete
    }

    /// Whether an update or an import can start from here.
    pub(crate) fn can_be_updated(self) -> bool {
        matches!(
            self,
            Self::CreateComplete
                | Self::UpdateComplete
                | Self::UpdateRollbackComplete
                | Self::ImportComplete
                | Self::ImportRollbackComplete
        )
    }
}

impl fmt::Display for StackStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

/// The status of a resource in a stack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ResourceStatus {
    #[default]
    CreateInProgress,
    CreateComplete,
    CreateFailed,
    UpdateInProgress,
    UpdateComplete,
    UpdateFailed,
    ImportInProgress,
    ImportComplete,
    ImportFailed,
    DeleteInProgress,
    DeleteComplete,
    DeleteFailed,
    /// The deletion policy retained the resource.
    DeleteSkipped,
}

impl ResourceStatus {
    pub(crate) fn is_deleted(self) -> bool {
        self == Self::DeleteComplete
    }

    /// Whether the last operation on the resource has succeeded.
    pub(crate) fn is_complete(self) -> bool {
        matches!(
            self,
            Self::CreateComplete
                | Self::UpdateComplete
                | Self::ImportComplete
                | Self::DeleteComplete
        )
    }
}

impl fmt::Display for ResourceStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_status_is_written_as_aws_writes_it() {
        let cleanup = StackStatus::UpdateRollbackCompleteCleanupInProgress;
        let text = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS";
        assert_eq!(cleanup.to_string(), text);
        assert_eq!(json!(cleanup), json!(text));
        let read: ResourceStatus = serde_json::from_value(json!("DELETE_SKIPPED")).unwrap();
        assert_eq!(read, ResourceStatus::DeleteSkipped);
    }

    #[test]
    fn a_stack_in_review_is_not_busy() {
        assert!(!StackStatus::ReviewInProgress.is_busy());
        assert!(StackStatus::DeleteInProgress.is_busy());
        assert!(!StackStatus::RollbackComplete.can_be_updated());
        assert!(StackStatus::UpdateRollbackComplete.can_be_updated());
    }
}
