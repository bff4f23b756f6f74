use super::Status;

/// An operation that failed, or that this program stopped early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedOperation {
    /// The name of the stack.
    pub stack: String,
    /// The status it ended in.
    pub status: Status,
    /// How and why this program stopped the operation, if it did.
    pub stopped_by_us: Option<String>,
    /// What failed, the root cause first.
    pub failures: Vec<Failure>,
    /// The findings of the [`Observer`](crate::Observer), which AWS may no longer be able to show.
    pub findings: Option<String>,
    /// The cause that the [`Observer`](crate::Observer) saw, which `CloudFormation` does not know.
    pub cause: Option<Cause>,
}

/// Why a resource failed, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The reason.
    pub reason: String,
    /// What to do about it, if that is known.
    pub way_out: Option<String>,
}

/// A resource that failed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The name in the template.
    pub logical_id: String,
    /// The type, for example `AWS::EC2::VPC`.
    pub resource_type: String,
    /// The line in the template, if the resource is still in it.
    pub line: Option<usize>,
    /// AWS's own reason.
    pub reason: String,
    /// Whether it failed during the rollback, after something else had failed.
    pub in_rollback: bool,
}
