//! The actions that make and change log groups and log streams.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::groups::{existing, missing};
use crate::account::{Account, Item, State};
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::logs::LogGroup;
use crate::services::logs::log_group::{PROTECTED, is_protected};

/// The numbers of days that a group can keep its lines.
const RETENTIONS: [u64; 23] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653, 0,
];

#[derive(Serialize)]
pub(super) struct Nothing {}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Create {
    log_group_name: String,
    kms_key_id: Option<String>,
    tags: BTreeMap<String, String>,
    log_group_class: Option<String>,
    deletion_protection_enabled: bool,
}

pub(super) fn create(account: &Account, input: Create) -> Result<Nothing, AwsError> {
    let name = input.log_group_name;
    let tags = input.tags.iter();
    let tags: Vec<Value> = tags
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    let mut properties = json!({"LogGroupName": name, "Tags": tags});
    if let Some(key) = input.kms_key_id {
        properties["KmsKeyId"] = key.into();
    }
    if let Some(class) = input.log_group_class {
        properties["LogGroupClass"] = class.into();
    }
    properties["DeletionProtectionEnabled"] = input.deletion_protection_enabled.into();
    let arn = account.arn("logs", &format!("log-group:{name}:*"));
    let item = Item {
        resource_type: LogGroup::NAME.to_owned(),
        properties,
        attributes: serde_json::Map::from_iter([("Arn".to_owned(), arn.into())]),
    };
    let added = account.change(|state| state.inventory.put(&name, item));
    added.map_err(|_| {
        AwsError::new(
            "ResourceAlreadyExistsException",
            "The specified log group already exists",
        )
    })?;
    Ok(Nothing {})
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Group {
    log_group_name: String,
}

pub(super) fn delete(account: &Account, input: &Group) -> Result<Nothing, AwsError> {
    let name = &input.log_group_name;
    account.change(|state| {
        if is_protected(state, name) {
            return Err(AwsError::new("ValidationException", PROTECTED));
        }
        state.metric_filters.remove(name);
        let removed = state.inventory.remove(LogGroup::NAME, name);
        removed.ok_or_else(missing)
    })?;
    account.logs.remove(name);
    Ok(Nothing {})
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Protection {
    log_group_identifier: String,
    deletion_protection_enabled: bool,
}

pub(super) fn protect(account: &Account, input: &Protection) -> Result<Nothing, AwsError> {
    let name = existing(account, None, Some(&input.log_group_identifier))?;
    change(account, name, |properties| {
        properties["DeletionProtectionEnabled"] = input.deletion_protection_enabled.into();
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Retention {
    log_group_name: String,
    retention_in_days: u64,
}

pub(super) fn retain(account: &Account, input: &Retention) -> Result<Nothing, AwsError> {
    let days = input.retention_in_days;
    if days == 0 || !RETENTIONS.contains(&days) {
        let allowed: Vec<String> = RETENTIONS.iter().map(u64::to_string).collect();
        let allowed = allowed[..allowed.len() - 1].join(", ");
        return Err(AwsError::new(
            "InvalidParameterException",
            format!(
                "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [{allowed}]"
            ),
        ));
    }
    change(account, &input.log_group_name, |properties| {
        properties["RetentionInDays"] = days.into();
    })
}

pub(super) fn retain_always(account: &Account, input: &Group) -> Result<Nothing, AwsError> {
    change(account, &input.log_group_name, |properties| {
        if let Some(members) = properties.as_object_mut() {
            members.remove("RetentionInDays");
        }
    })
}

fn change(
    account: &Account,
    name: &str,
    change: impl FnOnce(&mut Value),
) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let item = state.inventory.get_mut(LogGroup::NAME, name);
        change(&mut item.ok_or_else(missing)?.properties);
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Stream {
    log_group_name: String,
    log_stream_name: String,
}

pub(super) fn create_stream(account: &Account, input: Stream) -> Result<Nothing, AwsError> {
    existing(account, Some(&input.log_group_name), None)?;
    if account
        .logs
        .create(input.log_group_name, input.log_stream_name)
    {
        return Ok(Nothing {});
    }
    Err(AwsError::new(
        "ResourceAlreadyExistsException",
        "The specified log stream already exists",
    ))
}

pub(super) fn delete_stream(account: &Account, input: Stream) -> Result<Nothing, AwsError> {
    existing(account, Some(&input.log_group_name), None)?;
    let key = (input.log_group_name, input.log_stream_name);
    match account.logs.lock().remove(&key) {
        Some(_) => Ok(Nothing {}),
        None => Err(AwsError::new(
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
        )),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AddTags {
    resource_arn: String,
    tags: BTreeMap<String, String>,
}

pub(super) fn tag(account: &Account, input: AddTags) -> Result<Nothing, AwsError> {
    change_tags(account, &input.resource_arn, |tags| tags.extend(input.tags))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RemoveTags {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(super) fn untag(account: &Account, input: &RemoveTags) -> Result<Nothing, AwsError> {
    change_tags(account, &input.resource_arn, |tags| {
        tags.retain(|key, _| !input.tag_keys.contains(key));
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ListTags {
    resource_arn: String,
}

#[derive(Serialize)]
pub(super) struct Tags {
    tags: BTreeMap<String, String>,
}

pub(super) fn list_tags(account: &Account, input: &ListTags) -> Result<Tags, AwsError> {
    account.read(|state| {
        let name = named(account, state, &input.resource_arn)?;
        let mut groups = state.inventory.of_type(LogGroup::NAME);
        let found = groups.find(|(known, _)| *known == name);
        let tags = found.map(|(_, item)| read_tags(&item.properties));
        Ok(Tags {
            tags: tags.unwrap_or_default(),
        })
    })
}

fn change_tags(
    account: &Account,
    arn: &str,
    change_tags: impl FnOnce(&mut BTreeMap<String, String>),
) -> Result<Nothing, AwsError> {
    let name = account.read(|state| named(account, state, arn))?;
    change(account, &name, |properties| {
        let mut tags = read_tags(properties);
        change_tags(&mut tags);
        properties["Tags"] = tags
            .into_iter()
            .map(|(key, value)| json!({"Key": key, "Value": value}))
            .collect();
    })
}

fn read_tags(properties: &Value) -> BTreeMap<String, String> {
    let tags = properties["Tags"].as_array().into_iter().flatten();
    let text = |tag: &Value, name: &str| tag[name].as_str().unwrap_or_default().to_owned();
    tags.map(|tag| (text(tag, "Key"), text(tag, "Value")))
        .collect()
}

/// The name of the group with this ARN.
fn named(account: &Account, state: &State, arn: &str) -> Result<String, AwsError> {
    let prefix = account.arn("logs", "log-group:");
    let name = arn.strip_prefix(&prefix).unwrap_or(arn);
    let name = name.strip_suffix(":*").unwrap_or(name);
    if state.inventory.has(LogGroup::NAME, name) {
        return Ok(name.to_owned());
    }
    Err(missing())
}
