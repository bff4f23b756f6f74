use std::fmt::Debug;
use std::pin::Pin;

use aws_config::SdkConfig;

use super::StackState;

/// The contents of the resources of a stack, such as the items of a table. Implemented by the program
/// of the stack.
///
/// They are inspected before a resource is deleted or replaced, and shown before the approval.
pub trait Contents: Debug + Send + Sync {
    /// The type of the resources with contents, for example `AWS::EC2::VPC`.
    fn resource_type(&self) -> &'static str;

    /// The word for such a resource in a sentence, for example `network`.
    fn noun(&self) -> &'static str;

    /// Why the stack cannot be deleted, and what to do; `None` if it can be deleted.
    ///
    /// This is checked before the deletion, since a deletion that fails half-way leaves a part of the
    /// stack.
    fn protection(&self, state: &StackState) -> Option<String>;

    /// Inspects one resource, given its name or id at AWS.
    fn inspect<'a>(&'a self, config: &'a SdkConfig, physical_id: &'a str) -> PendingInspection<'a>;
}

/// What [`Contents::inspect`] returns.
pub type PendingInspection<'a> = Pin<Box<dyn Future<Output = Inspection> + Send + 'a>>;

/// The contents of a resource, or why they could not be inspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// A sentence for the person who is about to approve.
    pub sentence: String,
    /// What would be lost, as `3 items`; `None` if nothing would be lost.
    pub loss: Option<String>,
}
