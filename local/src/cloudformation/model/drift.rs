//! Drift: changes made by hand since the last deployment.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The current properties of the resources that have drifted, by logical id; `None` if the resource
/// was deleted.
pub(crate) type Actual = BTreeMap<String, Option<Value>>;

/// The result of a drift detection.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Drift {
    pub(crate) id: String,
    pub(crate) time: String,
    pub(crate) resources: BTreeMap<String, ResourceDrift>,
}

impl Drift {
    pub(crate) fn status(&self) -> StackDriftStatus {
        if self.drifted() > 0 {
            StackDriftStatus::Drifted
        } else {
            StackDriftStatus::InSync
        }
    }

    /// The number of resources that have drifted.
    pub(crate) fn drifted(&self) -> usize {
        let drifted = |drift: &&ResourceDrift| drift.status.is_drifted();
        self.resources.values().filter(drifted).count()
    }
}

/// How a resource differs from what was deployed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ResourceDrift {
    pub(crate) status: DriftStatus,
    pub(crate) expected: Value,
    /// Null if the resource was deleted or not checked.
    pub(crate) actual: Value,
}

/// Whether a stack has drifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StackDriftStatus {
    NotChecked,
    InSync,
    Drifted,
}

/// Whether a resource has drifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum DriftStatus {
    NotChecked,
    InSync,
    Modified,
    Deleted,
}

impl DriftStatus {
    fn is_drifted(self) -> bool {
        matches!(self, Self::Modified | Self::Deleted)
    }
}

impl fmt::Display for DriftStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}
