use serde::Serialize;

use super::{Change, Drift, Status};

/// What a deployment would change, and what was changed by hand since the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Diff {
    /// The name of the stack.
    pub stack_name: String,
    /// What a deployment would change.
    pub changes: Vec<Change>,
    /// The status of a stack that was never created completely: a deployment would create it again.
    pub anew: Option<Status>,
    /// What was changed by hand; `None` if drift was not looked for.
    pub drift: Option<Vec<Drift>>,
}

impl Diff {
    /// Whether there are no differences.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
            && self.anew.is_none()
            && self.drift.as_ref().is_none_or(Vec::is_empty)
    }
}
