//! The topics and subscriptions, as part of the account's state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::messages::Message;
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};

/// The topics by ARN, and the subscriptions by ARN.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Topics {
    pub(super) topics: BTreeMap<String, Stored>,
    pub(super) subscriptions: BTreeMap<String, Subscribed>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Stored {
    /// The attributes that were set, such as `DisplayName`.
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
    /// The last messages, the oldest first.
    pub(super) messages: Vec<Message>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Subscribed {
    pub(super) topic: String,
    pub(super) protocol: String,
    pub(super) endpoint: String,
    pub(super) attributes: BTreeMap<String, String>,
}

impl Subscribed {
    /// Whether its owner has to answer a message first, which nobody receives.
    pub(super) fn is_pending(&self) -> bool {
        matches!(
            self.protocol.as_str(),
            "email" | "email-json" | "http" | "https"
        )
    }
}

const PROTOCOLS: [&str; 9] = [
    "http",
    "https",
    "email",
    "email-json",
    "sms",
    "sqs",
    "application",
    "lambda",
    "firehose",
];

impl Topics {
    /// # Errors
    /// AWS's message for a topic that does not exist.
    pub(super) fn topic(&mut self, arn: &str) -> Result<&mut Stored, AwsError> {
        self.topics.get_mut(arn).ok_or_else(no_topic)
    }

    /// Subscribes an endpoint. The same endpoint again has the same subscription.
    ///
    /// # Errors
    /// AWS's message for a topic that does not exist, or an unknown protocol.
    pub(super) fn subscribe(&mut self, wanted: Subscribed) -> Result<String, AwsError> {
        if !self.topics.contains_key(&wanted.topic) {
            return Err(no_topic());
        }
        if !PROTOCOLS.contains(&wanted.protocol.as_str()) {
            return Err(invalid(&format!(
                "Amazon SNS does not support this protocol string: {}",
                wanted.protocol
            )));
        }
        if wanted.protocol.starts_with("email") && !wanted.endpoint.contains('@') {
            return Err(invalid("Email address"));
        }
        if wanted.protocol.starts_with("http")
            && !wanted
                .endpoint
                .starts_with(&format!("{}://", wanted.protocol))
        {
            return Err(invalid("Endpoint must match the specified protocol"));
        }
        let mut known = self.subscriptions.iter();
        let known = known.find(|(_, one)| {
            (&one.topic, &one.protocol, &one.endpoint)
                == (&wanted.topic, &wanted.protocol, &wanted.endpoint)
        });
        if let Some((arn, _)) = known {
            return Ok(arn.clone());
        }
        let arn = format!("{}:{}", wanted.topic, uuid::Uuid::new_v4());
        self.subscriptions.insert(arn.clone(), wanted);
        Ok(arn)
    }

    /// Removes a topic with its subscriptions.
    pub(super) fn remove(&mut self, arn: &str) {
        self.topics.remove(arn);
        self.subscriptions.retain(|_, one| one.topic != arn);
    }
}

/// The ARN of the topic with this name.
///
/// # Errors
/// AWS's message for a name that is not allowed.
pub(super) fn topic_arn(account: &Account, name: &str) -> Result<String, AwsError> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let plain = name.strip_suffix(".fifo").unwrap_or(name);
    if plain.is_empty() || name.len() > 256 || !plain.chars().all(is_allowed) {
        return Err(invalid("Topic Name"));
    }
    Ok(account.arn("sns", name))
}

/// The policy of a topic without one: its owner may do everything.
pub(super) fn default_policy(arn: &str) -> String {
    let actions = [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ];
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": actions,
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        }],
    })
    .to_string()
}

pub(super) fn no_topic() -> AwsError {
    AwsError::new("NotFound", "Topic does not exist").with_status(404)
}

pub(super) fn invalid(what: &str) -> AwsError {
    AwsError::new("InvalidParameter", format!("Invalid parameter: {what}"))
}
