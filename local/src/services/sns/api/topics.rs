//! `CreateTopic`, `DeleteTopic` and `ListTopics`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::tags::Tag;
use super::{Entries, Nothing, paged};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::sns::policies::{POLICY, check};
use crate::services::sns::topics::{Stored, invalid, topic_arn};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Create {
    name: String,
    attributes: Entries,
    tags: Vec<Tag>,
    data_protection_policy: Option<String>,
}

pub(super) fn create(account: &Account, input: Create) -> Result<Value, AwsError> {
    let arn = topic_arn(account, &input.name)?;
    let mut attributes = input.attributes.map();
    if let Some(policy) = input.data_protection_policy {
        attributes.insert("DataProtectionPolicy".to_owned(), policy);
    }
    account.change(|state| {
        if let Some(policy) = attributes.get(POLICY) {
            check(state, &account.region, &policy.as_str().into())
                .map_err(|sentence| AwsError::new("InvalidParameter", sentence))?;
        }
        let known = state.sns.topics.get(&arn);
        let differs = |(name, value): (&String, &String)| {
            known.is_some_and(|known| known.attributes.get(name) != Some(value))
        };
        if attributes.iter().any(differs) {
            return Err(invalid(
                "Attributes Reason: Topic already exists with different attributes",
            ));
        }
        let tags = input.tags.into_iter();
        let tags = tags.map(|tag| (tag.key, tag.value)).collect();
        state.sns.topics.entry(arn.clone()).or_insert(Stored {
            attributes,
            tags,
            messages: Vec::new(),
        });
        Ok(json!({"TopicArn": arn}))
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    topic_arn: String,
}

/// Deleting a topic that does not exist succeeds.
pub(super) fn delete(account: &Account, input: &Named) -> Nothing {
    account.change(|state| state.sns.remove(&input.topic_arn));
    Nothing {}
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    topics: Vec<Value>,
    next_token: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.read(|state| {
        let all = state.sns.topics.keys();
        let all = all.map(|arn| json!({"TopicArn": arn}));
        let (topics, next_token) = paged(all, input.next_token.as_deref())?;
        Ok(Listed { topics, next_token })
    })
}
