//! The tags of alarms.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Nothing;
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::services::cloudwatch::alarms::Alarm;

/// The most tags of a resource.
const MOST: usize = 50;

#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

/// Checks tags.
///
/// # Errors
/// A reserved key, the same key twice, or too many tags.
pub(super) fn check_tags(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, AwsError> {
    let count = tags.len();
    let tags: BTreeMap<String, String> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    if tags
        .keys()
        .any(|key| key.to_ascii_lowercase().starts_with("aws:"))
    {
        return Err(AwsError::validation(
            "Tag keys starting with 'aws:' are reserved for AWS.",
        ));
    }
    if tags.len() != count {
        return Err(AwsError::validation("Tag keys must be unique."));
    }
    if count > MOST {
        return Err(AwsError::validation("A resource can have at most 50 tags."));
    }
    Ok(tags)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
}

pub(super) fn list(account: &Account, input: &Named) -> Result<Value, AwsError> {
    account.read(|state| {
        let mut alarms = state.alarms.alarms.values();
        let alarm = alarms.find(|alarm| alarm.arn == input.resource_arn);
        let tags = alarm
            .ok_or_else(|| missing(&input.resource_arn))?
            .tags
            .iter();
        let tags: Vec<Value> = tags
            .map(|(key, value)| json!({"Key": key, "Value": value}))
            .collect();
        Ok(json!({"Tags": tags}))
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Add {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tags: Vec<Tag>,
}

pub(super) fn add(account: &Account, input: Add) -> Result<Nothing, AwsError> {
    let tags = check_tags(input.tags)?;
    account.change(|state| {
        let own = &mut alarm(state, &input.resource_arn)?.tags;
        let mut all = own.clone();
        all.extend(tags);
        if all.len() > MOST {
            return Err(AwsError::validation("A resource can have at most 50 tags."));
        }
        *own = all;
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Remove {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(super) fn remove(account: &Account, input: &Remove) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let own = &mut alarm(state, &input.resource_arn)?.tags;
        own.retain(|key, _| !input.tag_keys.contains(key));
        Ok(Nothing {})
    })
}

fn alarm<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut Alarm, AwsError> {
    let mut alarms = state.alarms.alarms.values_mut();
    alarms
        .find(|alarm| alarm.arn == arn)
        .ok_or_else(|| missing(arn))
}

fn missing(arn: &str) -> AwsError {
    let sentence = format!("The resource {arn} does not exist.");
    AwsError::new("ResourceNotFoundException", sentence).with_status(404)
}
