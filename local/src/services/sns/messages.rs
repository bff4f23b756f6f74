//! Published messages.

use serde::{Deserialize, Serialize};

use super::topics::invalid;
use crate::account::Account;
use crate::aws::{AwsError, now};

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

/// Publishes a message to a topic, by its ARN. Returns the id of the message.
///
/// # Errors
/// AWS's message for a topic that does not exist, or a message that is not allowed.
pub(crate) fn publish(
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
        let messages = &mut state.sns.topic(topic)?.messages;
        if messages.len() == KEPT {
            messages.remove(0);
        }
        messages.push(message);
        Ok(id)
    })
}
