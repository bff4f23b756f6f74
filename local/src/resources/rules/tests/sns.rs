//! Mistakes in topics and subscriptions.

use super::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("topic_values", "SNS::Topic", r#"{"DisplayName": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#, "Invalid parameter: Attributes Reason: DisplayName"),
    ("topic_values", "SNS::Topic", r#"{"SignatureVersion": "3"}"#, "Reason: SignatureVersion"),
    ("topic_values", "SNS::Topic", r#"{"TracingConfig": "On"}"#, "Reason: TracingConfig"),
    ("topic_values", "SNS::Topic", r#"{"ContentBasedDeduplication": true}"#, "can only be set for FIFO topics"),
    ("topic_endpoints", "SNS::Topic", r#"{"Subscription": [{"Protocol": "sqs", "Endpoint": "queue"}]}"#, "Invalid parameter: SQS endpoint ARN"),
    ("endpoint", "SNS::Subscription", r#"{"Protocol": "lambda", "Endpoint": "function"}"#, "Invalid parameter: Lambda endpoint ARN"),
    ("endpoint", "SNS::Subscription", r#"{"Protocol": "sms", "Endpoint": "abc"}"#, "Invalid SMS endpoint: abc"),
    ("raw_delivery", "SNS::Subscription", r#"{"RawMessageDelivery": true}"#, "Delivery protocol [email] does not support raw message delivery."),
    ("filter_policy", "SNS::Subscription", r#"{"FilterPolicyScope": "Body"}"#, "Invalid value [Body]. Please use either MessageBody or MessageAttributes"),
    ("filter_policy", "SNS::Subscription", r#"{"FilterPolicy": {"a": ["1"], "b": ["1"], "c": ["1"], "d": ["1"], "e": ["1"], "f": ["1"]}}"#, "Filter policy can not have more than 5 keys"),
    ("filter_policy", "SNS::Subscription", r#"{"FilterPolicy": {"a": "b"}}"#, "must be an object or an array"),
    ("filter_policy", "SNS::Subscription", r#"{"FilterPolicy": {"a": []}}"#, "Empty arrays are not allowed"),
];
