//! The answer of a service: the output of an action, or an error.

use serde_json::Value;

/// The answer to an action: the members of its output shape, or an error.
pub(crate) type Answer = Result<Value, AwsError>;

/// An error as AWS reports it: a code that programs match and a message that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl AwsError {
    /// A client error (HTTP 400).
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// The code of most CloudFormation errors.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// The same error with another HTTP status.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The error for an action that AWS has and the local AWS has not.
    pub(crate) fn unknown_action(service: &str, action: &str) -> Self {
        Self::unsupported(&format!("the action {action} of {service}"))
    }

    /// The error for a member of an input that AWS heeds and the local AWS does not.
    pub(crate) fn not_yet(member: &str) -> Self {
        Self::unsupported(&format!("the member {member}"))
    }

    /// The error for something that AWS has and the local AWS has not.
    pub(crate) fn unsupported(what: &str) -> Self {
        let sentence = format!("The local AWS does not do {what} yet.");
        Self::new("NotImplemented", sentence).with_status(501)
    }
}
