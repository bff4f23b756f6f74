//! How a service words its refusal of an input.

use serde_json::Value;

use crate::aws::error::AwsError;
use crate::aws::protocol::Protocol;

/// The code and the wording of a service.
pub(super) struct Style {
    code: &'static str,
    wording: Wording,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wording {
    /// `1 validation error detected: Value 'x' at 'name' failed to satisfy constraint: …`, as in
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html> and in
    /// the answers of most services.
    Values,
    /// IAM leaves the value out: `Value at 'roleName' failed …`.
    WithoutValue,
    /// ECR: `Invalid parameter at 'repositoryName' failed to satisfy constraint: '…'`
    /// (<https://github.com/aws/aws-cdk/issues/24822>).
    Ecr,
}

/// A value that is not within the limits of its shape.
pub(super) struct Violation {
    pub(super) path: String,
    pub(super) value: Value,
    /// `Member must not be null`.
    pub(super) constraint: String,
}

impl Style {
    /// The style of a service. Services that check their input with words of their own, such as ECS
    /// and EC2, have none.
    pub(super) fn of(service: &str) -> Option<Self> {
        let (code, wording) = match service {
            "acm" | "application-autoscaling" | "kms" | "secretsmanager" | "ssm" | "wafv2" => {
                ("ValidationException", Wording::Values)
            }
            "budgets" | "logs" => ("InvalidParameterException", Wording::Values),
            "cloudformation" | "elasticloadbalancing" | "monitoring" | "sts" => {
                ("ValidationError", Wording::Values)
            }
            "ecr" => ("InvalidParameterException", Wording::Ecr),
            "iam" => ("ValidationError", Wording::WithoutValue),
            _ => return None,
        };
        Some(Self { code, wording })
    }

    /// One error for all violations.
    pub(super) fn error(&self, violations: &[Violation]) -> AwsError {
        let sentences: Vec<String> = violations.iter().map(|one| self.sentence(one)).collect();
        let text = sentences.join("; ");
        let message = match (self.wording, sentences.len()) {
            (Wording::Ecr, _) => text,
            (_, 1) => format!("1 validation error detected: {text}"),
            (_, count) => format!("{count} validation errors detected: {text}"),
        };
        AwsError::new(self.code, message)
    }

    fn sentence(&self, violation: &Violation) -> String {
        let Violation {
            path,
            value,
            constraint,
        } = violation;
        match self.wording {
            Wording::Ecr => {
                format!(
                    "Invalid parameter at '{path}' failed to satisfy constraint: '{constraint}'"
                )
            }
            Wording::WithoutValue if !value.is_null() => {
                format!("Value at '{path}' failed to satisfy constraint: {constraint}")
            }
            _ => format!(
                "Value {} at '{path}' failed to satisfy constraint: {constraint}",
                shown(value)
            ),
        }
    }

    /// The constraint of a pattern.
    pub(super) fn pattern(&self, pattern: &str) -> String {
        match self.wording {
            Wording::Ecr => format!("must satisfy regular expression '{pattern}'"),
            _ => format!("Member must satisfy regular expression pattern: {pattern}"),
        }
    }
}

/// A value as Java prints it: lists without quotes.
fn shown(value: &Value) -> String {
    fn bare(value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(bare).collect();
                format!("[{}]", items.join(", "))
            }
            other => other.to_string(),
        }
    }
    match value {
        Value::Null => "null".to_owned(),
        other => format!("'{}'", bare(other)),
    }
}

/// The error for an action that AWS does not have. The JSON services name no action.
pub(super) fn unknown_action(
    service: &str,
    protocol: Protocol,
    version: &str,
    action: &str,
) -> AwsError {
    match protocol {
        Protocol::Json | Protocol::Cbor => AwsError::new("UnknownOperationException", ""),
        _ if service == "ec2" => AwsError::new(
            "InvalidAction",
            format!("The action {action} is not valid for this web service."),
        ),
        _ => AwsError::new(
            "InvalidAction",
            format!("Could not find operation {action} for version {version}"),
        ),
    }
}
