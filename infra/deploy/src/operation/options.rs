use super::Approval;
use crate::Output;
use crate::follow::Following;
use crate::model::Parameters;

/// How to deploy or destroy a stack.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The values for the parameters of the template.
    pub parameters: Parameters,
    /// Which changes need approval.
    pub approval: Approval,
    /// Where to print progress and results.
    pub output: Output,
    /// Whether to undo changes made by hand.
    pub revert_drift: bool,
    /// Whether to turn termination protection on or off; `None` leaves it as it is.
    pub termination_protection: Option<bool>,
    /// Whether to destroy the stack although others were deployed from its parameters.
    pub force: bool,
    /// How to wait for the end.
    pub following: Following,
    /// The resources that a continued rollback skips.
    pub skip: Vec<String>,
    /// The resources that a repeated deletion keeps.
    pub retain: Vec<String>,
    /// Whether not to wait until resources are ready to serve: `CloudFormation`'s express mode.
    pub express: bool,
}
