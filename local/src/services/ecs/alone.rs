//! What `RunTask` says of a task that no service runs.

use serde_json::Value;

use super::overrides::Overrides;

/// What `RunTask` says of a task.
#[derive(Debug, Clone, Default)]
pub(super) struct Alone {
    /// The name of its cluster.
    pub(super) cluster: String,
    pub(super) group: String,
    pub(super) started_by: Option<String>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) overrides: Overrides,
    /// The overrides as they were given, which `DescribeTasks` shows.
    pub(super) given: Value,
}
