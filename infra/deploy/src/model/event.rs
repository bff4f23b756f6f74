use super::Status;

/// The resource type of a stack in its own events.
pub(super) const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

/// Something that happened to a resource, or to the stack itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it happened, in seconds since 1970.
    pub time: i64,
    /// The name in the template, or the name of the stack.
    pub logical_id: String,
    /// The name or id at AWS.
    pub physical_id: String,
    /// The type, for example `AWS::EC2::VPC`.
    pub resource_type: String,
    /// The status.
    pub status: Status,
    /// AWS's own reason.
    pub reason: String,
}

/// Which events belong to an operation.
///
/// Tokens and ids cannot be confused with those of an earlier operation, as times could be.
#[derive(Debug, Clone)]
pub(crate) enum OperationEvents {
    /// Those that carry one of the tokens with which this program requested the operation.
    WithTokens(Vec<String>),
    /// Those from the event with this id on, for an operation that somebody else requested.
    From(String),
}

/// The first event of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) event_id: String,
    /// When the operation started, in seconds since 1970.
    pub(crate) time: i64,
    /// The token with which the operation was requested, if there was one.
    pub(crate) token: Option<String>,
}

impl Event {
    /// Whether this is about the stack with this ARN, and not about one of its resources.
    pub(crate) fn is_of_stack(&self, stack_id: &str) -> bool {
        self.resource_type == STACK_TYPE && self.physical_id == stack_id
    }
}

/// The name in `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID`.
pub(crate) fn stack_name(stack_id: &str) -> &str {
    stack_id.split('/').nth(1).unwrap_or(stack_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_in_the_arn() {
        let arn = "arn:aws:cloudformation:eu-central-1:123456789012:stack/vpc/1";
        assert_eq!(stack_name(arn), "vpc");
        assert_eq!(stack_name("vpc"), "vpc");
    }
}
