//! Mistakes in log groups.

use super::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("group_name", "Logs::LogGroup", r#"{"LogGroupName": "my group"}"#, r"regular expression pattern: [\.\-_/#A-Za-z0-9]+"),
    ("group_name", "Logs::LogGroup", r#"{"LogGroupName": "aws/group"}"#, "Log groups starting with AWS/ are reserved for AWS."),
    ("retention", "Logs::LogGroup", r#"{"RetentionInDays": 31}"#, "Value '31' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7"),
    ("class", "Logs::LogGroup", r#"{"LogGroupClass": "CHEAP"}"#, "[STANDARD, INFREQUENT_ACCESS, DELIVERY]"),
    ("key", "Logs::LogGroup", r#"{"KmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/1"}"#, "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/ecs/x#1'"),
];
