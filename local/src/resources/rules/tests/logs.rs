//! Mistakes in log groups and metric filters.

use super::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("group_name", "Logs::LogGroup", r#"{"LogGroupName": "my group"}"#, r"regular expression pattern: [\.\-_/#A-Za-z0-9]+"),
    ("group_name", "Logs::LogGroup", r#"{"LogGroupName": "aws/group"}"#, "Log groups starting with AWS/ are reserved for AWS."),
    ("retention", "Logs::LogGroup", r#"{"RetentionInDays": 31}"#, "Value '31' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7"),
    ("class", "Logs::LogGroup", r#"{"LogGroupClass": "CHEAP"}"#, "[STANDARD, INFREQUENT_ACCESS, DELIVERY]"),
    ("key", "Logs::LogGroup", r#"{"KmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/1"}"#, "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/ecs/x#1'"),
    ("filter_group", "Logs::MetricFilter", r#"{"LogGroupName": "gone"}"#, "The specified log group does not exist."),
    ("filter_count", "Logs::MetricFilter", r#"{"LogGroupName": "full"}"#, "Resource limit exceeded."),
    ("filter_pattern", "Logs::MetricFilter", r#"{"FilterPattern": "{ $.level = }"}"#, "Invalid metric filter pattern"),
    ("filter_metric", "Logs::MetricFilter", r#"{"MetricTransformations": [{"MetricName": "a", "MetricNamespace": "b", "MetricValue": "one"}]}"#, "Invalid metric transformation"),
    ("filter_metric", "Logs::MetricFilter", r#"{"MetricTransformations": [{"MetricName": "a", "MetricNamespace": "b", "MetricValue": "1", "DefaultValue": 0, "Dimensions": [{"Key": "k", "Value": "$.v"}]}]}"#, "mutually exclusive"),
    ("filter_metric", "Logs::MetricFilter", r#"{"MetricTransformations": [{"MetricName": "a", "MetricNamespace": "AWS/ECS", "MetricValue": "1"}]}"#, "reserved"),
    ("filter_name", "Logs::MetricFilter", r#"{"FilterName": "a:b"}"#, "Member must satisfy regular expression pattern: [^:*]*"),
    ("filter_class", "Logs::MetricFilter", r#"{"LogGroupName": "rare", "$also": [["Logs::LogGroup", "rare", {"LogGroupName": "rare", "LogGroupClass": "INFREQUENT_ACCESS"}]]}"#, "only supported on the Standard log class."),
    ("filter_pattern", "Logs::MetricFilter", r#"{"FilterPattern": "[a, b"}"#, "If a filter pattern starts with '[' it must end with ']'"),
    ("filter_metric", "Logs::MetricFilter", r#"{"MetricTransformations": [{"MetricName": "a", "MetricNamespace": "b", "MetricValue": "1", "Dimensions": [{"Key": "k", "Value": "v"}]}]}"#, "dimension value must be valid selector"),
];
