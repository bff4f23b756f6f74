//! SNS's rules for topics and subscriptions.

use serde_json::Value;

use super::policies;
use crate::resources::subject::{Subject, at, fail_if, text};
use crate::resources::{no_opening, rules};

rules! { "Sns", no_opening;
    topic_values, "SNS::Topic", InvalidParameter, "The display name has at most 100 characters, and other attributes known values", "https://github.com/badmintoncryer/cdk-preflight";
    topic_endpoints, "SNS::Topic", InvalidParameter, "Endpoints fit their protocol", "https://github.com/badmintoncryer/cdk-preflight";
    endpoint, "SNS::Subscription", InvalidParameter, "The endpoint fits the protocol", "https://github.com/badmintoncryer/cdk-preflight";
    raw_delivery, "SNS::Subscription", InvalidParameter, "Only queues, addresses and streams get raw messages", "https://github.com/badmintoncryer/cdk-preflight";
    filter_policy, "SNS::Subscription", InvalidParameter, "A filter policy has at most 5 keys, each with a list", "https://github.com/badmintoncryer/cdk-preflight";
    policies::topic_policy, "SNS::TopicPolicy", InvalidParameter, "The policy follows the grammar, has actions of topics only, and its principals exist", "https://github.com/hashicorp/terraform-provider-aws/issues/26041";
}

fn is_on(subject: &Subject<'_>, name: &str) -> bool {
    let flag = at(subject.properties, name);
    flag.is_some_and(|flag| flag.as_bool() == Some(true) || flag.as_str() == Some("true"))
}

fn topic_values(subject: &Subject<'_>) -> Result<(), String> {
    let refused = |name: &str| Err(format!("Invalid parameter: Attributes Reason: {name}"));
    let not_one_of = |name: &str, known: &[&str]| {
        subject
            .text(name)
            .is_some_and(|value| !known.contains(&value))
    };
    if subject
        .text("DisplayName")
        .is_some_and(|name| name.chars().count() > 100)
    {
        return refused("DisplayName");
    }
    if not_one_of("SignatureVersion", &["1", "2"]) {
        return refused("SignatureVersion");
    }
    if not_one_of("TracingConfig", &["PassThrough", "Active"]) {
        return refused("TracingConfig");
    }
    if is_on(subject, "ContentBasedDeduplication") && !is_on(subject, "FifoTopic") {
        return refused("Content-based deduplication can only be set for FIFO topics");
    }
    Ok(())
}

fn topic_endpoints(subject: &Subject<'_>) -> Result<(), String> {
    subject
        .list("Subscription")
        .iter()
        .try_for_each(check_endpoint)
}

fn endpoint(subject: &Subject<'_>) -> Result<(), String> {
    check_endpoint(subject.properties)
}

/// Other protocols are checked with the subscription itself.
fn check_endpoint(subscription: &Value) -> Result<(), String> {
    let endpoint = text(subscription, "Endpoint").unwrap_or("");
    let is_of =
        |service: &str| endpoint.starts_with("arn:") && endpoint.split(':').nth(2) == Some(service);
    match text(subscription, "Protocol") {
        Some("sqs") if !is_of("sqs") => Err("Invalid parameter: SQS endpoint ARN".into()),
        Some("lambda") if !is_of("lambda") => Err("Invalid parameter: Lambda endpoint ARN".into()),
        Some("sms")
            if !endpoint
                .chars()
                .all(|c| c.is_ascii_digit() || "+-. ()/".contains(c)) =>
        {
            Err(format!(
                "Invalid parameter: Invalid SMS endpoint: {endpoint}"
            ))
        }
        _ => Ok(()),
    }
}

fn raw_delivery(subject: &Subject<'_>) -> Result<(), String> {
    let protocol = subject.text("Protocol").unwrap_or("");
    let has_raw = ["sqs", "http", "https", "firehose"].contains(&protocol);
    fail_if(is_on(subject, "RawMessageDelivery") && !has_raw, || {
        format!(
            "Invalid parameter: Attributes Reason: Delivery protocol [{protocol}] does not support raw message delivery."
        )
    })
}

fn filter_policy(subject: &Subject<'_>) -> Result<(), String> {
    let scope = subject.text("FilterPolicyScope").unwrap_or("MessageBody");
    fail_if(
        !["MessageBody", "MessageAttributes"].contains(&scope),
        || {
            format!(
                "Invalid parameter: FilterPolicyScope: Invalid value [{scope}]. Please use either MessageBody or MessageAttributes"
            )
        },
    )?;
    let opening = "Invalid parameter: Attributes Reason: FilterPolicy: ";
    let policy = at(subject.properties, "FilterPolicy").and_then(Value::as_object);
    let Some(policy) = policy else {
        return Ok(());
    };
    fail_if(policy.len() > 5, || {
        format!("{opening}Filter policy can not have more than 5 keys")
    })?;
    for (name, value) in policy {
        fail_if(!value.is_array() && !value.is_object(), || {
            format!("{opening}\"{name}\" must be an object or an array")
        })?;
        // https://github.com/aws/aws-cdk/issues/16549
        fail_if(value.as_array().is_some_and(Vec::is_empty), || {
            format!("{opening}Empty arrays are not allowed")
        })?;
    }
    Ok(())
}
