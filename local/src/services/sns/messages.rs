//! Published messages.

use serde::{Deserialize, Serialize};

use super::topics::{Stored, Topics, invalid};
use crate::account::Account;
use crate::aws::{AwsError, now};
use crate::services::iam::{Principal, allows_service};
use crate::services::kms::{self, Unusable, Usage};

/// How many messages of a topic are kept, and how large one is in bytes.
const KEPT: usize = 100;
const LARGEST: usize = 256 * 1024;

/// A message of a topic.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) time: String,
    pub(crate) subject: Option<String>,
    pub(crate) text: String,
}

/// The service principal of alarms.
const CLOUDWATCH: &str = "cloudwatch.amazonaws.com";

/// Publishes the message of an alarm. The policy of the topic and that of its key must let CloudWatch
/// do that; a topic without a policy of its own does.
///
/// # Errors
/// The sentence that the history of alarms has, as in many public reports.
pub(crate) fn publish_for_alarm(
    account: &Account,
    topic: &str,
    alarm: &str,
    (subject, text): (&str, &str),
) -> Result<(), String> {
    let attributes = account.read(|state| {
        let topic = state.sns.topics.get(topic)?;
        Some(topic.attributes.clone())
    });
    let attributes = attributes.unwrap_or_default();
    let policy = attributes.get("Policy");
    if policy.is_some_and(|policy| !allows_service(policy, CLOUDWATCH, "sns:Publish", topic, alarm))
    {
        return Err(format!(
            "CloudWatch Alarms is not authorized to perform: SNS:Publish on resource:{topic}"
        ));
    }
    if let Some(key) = attributes.get("KmsMasterKeyId") {
        let policy = kms::policy(account, key);
        let may = |action| {
            let policy = policy.as_deref();
            policy.is_some_and(|policy| allows_service(policy, CLOUDWATCH, action, key, alarm))
        };
        if !may("kms:GenerateDataKey") || !may("kms:Decrypt") {
            return Err(
                "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."
                    .into(),
            );
        }
    }
    let published = publish(account, topic, Some(subject), text);
    published.map(|_| ()).map_err(|err| err.message)
}

/// Publishes a message to a topic, by its ARN. Returns the id of the message.
///
/// # Errors
/// AWS's message for a topic that does not exist, or a message that is not allowed.
pub(super) fn publish(
    account: &Account,
    topic: &str,
    subject: Option<&str>,
    text: &str,
) -> Result<String, AwsError> {
    if text.is_empty() {
        return Err(invalid("Empty message"));
    }
    if text.len() > LARGEST {
        return Err(invalid("Message too long"));
    }
    if subject.is_some_and(|subject| subject.len() > 100 || subject.contains('\n')) {
        return Err(invalid("Subject"));
    }
    let message = Message {
        id: uuid::Uuid::new_v4().to_string(),
        time: now(),
        subject: subject.map(str::to_owned),
        text: text.to_owned(),
    };
    let id = message.id.clone();
    account.change(|state| {
        state.sns.topic(topic)?.keep(message);
        Ok(id)
    })
}

impl Topics {
    /// Publishes a message of another service, unless the topic does not exist.
    pub(crate) fn deliver(&mut self, topic: &str, subject: Option<&str>, text: &str) {
        if let Ok(topic) = self.topic(topic) {
            topic.keep(Message {
                id: uuid::Uuid::new_v4().to_string(),
                time: now(),
                subject: subject.map(str::to_owned),
                text: text.to_owned(),
            });
        }
    }
}

impl Stored {
    /// Keeps a message, and forgets the oldest one if there are many.
    fn keep(&mut self, message: Message) {
        if self.messages.len() == KEPT {
            self.messages.remove(0);
        }
        self.messages.push(message);
    }
}

/// Checks that the principal may encrypt a message with the key of a topic. Source:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>.
///
/// # Errors
/// SNS's error for a key that cannot be used.
pub(crate) fn check_key(
    account: &Account,
    principal: &Principal,
    topic: &str,
) -> Result<(), AwsError> {
    let key = account.read(|state| {
        let topic = state.sns.topics.get(topic)?;
        topic.attributes.get("KmsMasterKeyId").cloned()
    });
    let Some(key) = key else { return Ok(()) };
    let usage = Usage {
        service: "sns",
        actions: &["kms:GenerateDataKey", "kms:Decrypt"],
        context: &[("aws:sns:topicArn", topic.to_owned())],
    };
    usage.check(account, principal, &key).map_err(|unusable| {
        let code = match unusable {
            Unusable::Missing(_) => "KMSNotFound",
            Unusable::Disabled(_) => "KMSDisabled",
            Unusable::PendingDeletion(_) | Unusable::NotSymmetric(_) => "KMSInvalidState",
            Unusable::Denied(_) => "KMSAccessDenied",
        };
        let (of_kms, sentence) = unusable.of_kms();
        let request = uuid::Uuid::new_v4();
        let sentence = format!(
            "{sentence} (Service: AWSKMS; Status Code: 400; Error Code: {of_kms}; Request ID: {request}; Proxy: null)"
        );
        AwsError::new(code, sentence)
    })
}
