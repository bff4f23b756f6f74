use std::fmt::Debug;
use std::pin::Pin;

use aws_config::SdkConfig;

use super::StackState;

/// What a stack holds that is not in its template, such as data. The program of the stack knows it.
///
/// It is looked at before a resource is deleted or replaced, so that people see what they lose.
pub trait Contents: Debug + Send + Sync {
    /// The type of the resources that hold it, for example `AWS::EC2::VPC`.
    fn resource_type(&self) -> &'static str;

    /// What such a resource is called in a sentence, for example `network`.
    fn noun(&self) -> &'static str;

    /// Why the stack cannot be deleted, with the way out; `None` if it can be.
    ///
    /// The stack is asked before it is deleted: a deletion that fails half-way would leave a part.
    fn protection(&self, state: &StackState) -> Option<String>;

    /// Looks into one resource, given its name or id at AWS.
    fn inspect<'a>(&'a self, config: &'a SdkConfig, physical_id: &'a str) -> PendingInspection<'a>;
}

/// What [`Contents::inspect`] returns.
pub type PendingInspection<'a> = Pin<Box<dyn Future<Output = Inspection> + Send + 'a>>;

/// What is in a resource, or why that could not be found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// A sentence for the person who is about to approve.
    pub sentence: String,
    /// What would be lost, in words that fit behind "with"; `None` if nothing would be.
    pub loss: Option<String>,
}
