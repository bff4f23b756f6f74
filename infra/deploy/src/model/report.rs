use serde::Serialize;

use super::{HandedOver, Read, Resource, StackState};

/// What the command `status` shows: a stack, or that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StackReport {
    /// The name of the stack, which need not exist.
    pub stack_name: String,
    /// The details, if the stack exists.
    #[serde(flatten)]
    pub details: Option<StackDetails>,
}

/// An existing stack with its resources and the SSM parameters that it reads and writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StackDetails {
    /// The stack.
    #[serde(rename = "Stack")]
    pub state: StackState,
    /// The resources.
    pub resources: Vec<Resource>,
    /// The SSM parameters that it was deployed from.
    pub reads: Vec<Read>,
    /// The SSM parameters that it writes.
    pub hands_over: Vec<HandedOver>,
}
