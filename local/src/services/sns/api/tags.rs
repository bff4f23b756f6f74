//! The tags of topics.

use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::services::sns::topics::Stored;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Add {
    resource_arn: String,
    tags: Vec<Tag>,
}

pub(super) fn add(account: &Account, input: Add) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let tags = input.tags.into_iter();
        let topic = topic(state, &input.resource_arn)?;
        topic.tags.extend(tags.map(|tag| (tag.key, tag.value)));
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Remove {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(super) fn remove(account: &Account, input: &Remove) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let topic = topic(state, &input.resource_arn)?;
        topic.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    resource_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    tags: Vec<Tag>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.read(|state| {
        let topic = state.sns.topics.get(&input.resource_arn);
        let tags = topic.ok_or_else(no_resource)?.tags.iter();
        let tags = tags.map(|(key, value)| Tag {
            key: key.clone(),
            value: value.clone(),
        });
        Ok(Listed {
            tags: tags.collect(),
        })
    })
}

fn topic<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut Stored, AwsError> {
    state.sns.topics.get_mut(arn).ok_or_else(no_resource)
}

fn no_resource() -> AwsError {
    AwsError::new("ResourceNotFound", "Resource does not exist").with_status(404)
}
