//! The tags of keys.

use serde::{Deserialize, Serialize};

use super::{Nothing, paged};
use crate::account::Account;
use crate::aws::AwsError;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) tag_key: String,
    pub(super) tag_value: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Add {
    key_id: String,
    tags: Vec<Tag>,
}

pub(super) fn add(account: &Account, input: Add) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let key = state.kms.get_mut(account, &input.key_id)?;
        let tags = input.tags.into_iter();
        key.tags
            .extend(tags.map(|tag| (tag.tag_key, tag.tag_value)));
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Remove {
    key_id: String,
    tag_keys: Vec<String>,
}

pub(super) fn remove(account: &Account, input: &Remove) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let key = state.kms.get_mut(account, &input.key_id)?;
        key.tags.retain(|name, _| !input.tag_keys.contains(name));
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    key_id: String,
    limit: Option<i64>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    tags: Vec<Tag>,
    next_marker: Option<String>,
    truncated: bool,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.read(|state| {
        let (_, key) = state.kms.get(account, &input.key_id)?;
        let all = key.tags.iter().map(|(name, value)| Tag {
            tag_key: name.clone(),
            tag_value: value.clone(),
        });
        let (tags, next_marker) = paged(all, input.limit, input.marker.as_deref())?;
        Ok(Listed {
            tags,
            truncated: next_marker.is_some(),
            next_marker,
        })
    })
}
