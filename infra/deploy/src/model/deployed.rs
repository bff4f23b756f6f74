use serde::Serialize;

use super::StackState;

/// The result of a deployment.
#[derive(Debug, Clone, Serialize)]
pub struct Deployed {
    /// The stack.
    #[serde(flatten)]
    pub state: StackState,
    /// Whether the deployment changed anything.
    #[serde(rename = "Changed")]
    pub changed: bool,
}
