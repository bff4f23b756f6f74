//! The actions that make, change and delete secrets.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::values::content;
use super::version_id;
use crate::account::Account;
use crate::aws::{AwsError, seconds};
use crate::services::secretsmanager::secrets::{CURRENT, Stored};

const DAY: f64 = 86_400.0;

/// How many days a deleted secret can be restored, if the caller does not say.
const WINDOW: u32 = 30;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Create {
    name: String,
    client_request_token: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
    tags: Vec<Tag>,
}

pub(super) fn create(account: &Account, input: Create) -> Result<Value, AwsError> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    if !input.name.chars().all(is_allowed) {
        return Err(AwsError::new(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        ));
    }
    let value = content(input.secret_string, input.secret_binary)?;
    let id = version_id(input.client_request_token);
    let mut secret = Stored::new(account, &input.name);
    secret.description = input.description;
    secret.kms_key_id = input.kms_key_id;
    let tags = input.tags.into_iter();
    secret.tags = tags.map(|tag| (tag.key, tag.value)).collect();
    let mut output = json!({"ARN": secret.arn, "Name": input.name});
    if value.is_some() {
        secret.add(&id, value, &[CURRENT.to_owned()])?;
        output["VersionId"] = id.into();
    }
    account.change(|state| state.secrets.add(&input.name, secret))?;
    Ok(output)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Update {
    secret_id: String,
    client_request_token: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
}

pub(super) fn update(account: &Account, input: Update) -> Result<Value, AwsError> {
    let value = content(input.secret_string, input.secret_binary)?;
    let id = version_id(input.client_request_token);
    account.change(|state| {
        let (name, secret) = state.secrets.living(&input.secret_id)?;
        let mut output = json!({"ARN": secret.arn, "Name": name});
        if input.description.is_some() {
            secret.description = input.description;
        }
        if input.kms_key_id.is_some() {
            secret.kms_key_id = input.kms_key_id;
        }
        if value.is_some() {
            secret.add(&id, value, &[CURRENT.to_owned()])?;
            output["VersionId"] = id.into();
        }
        Ok(output)
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Delete {
    secret_id: String,
    recovery_window_in_days: Option<u32>,
    force_delete_without_recovery: bool,
}

pub(super) fn delete(account: &Account, input: &Delete) -> Result<Value, AwsError> {
    let invalid = |sentence| Err(AwsError::new("InvalidParameterException", sentence));
    let days = input.recovery_window_in_days;
    if days.is_some() && input.force_delete_without_recovery {
        return invalid(
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        );
    }
    if days.is_some_and(|days| !(7..=30).contains(&days)) {
        return invalid(
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        );
    }
    account.change(|state| {
        let (name, secret) = state.secrets.living(&input.secret_id)?;
        let wait = if input.force_delete_without_recovery {
            0.0
        } else {
            f64::from(days.unwrap_or(WINDOW)) * DAY
        };
        let date = seconds() + wait;
        secret.deleted = Some((seconds(), date));
        let output = json!({"ARN": secret.arn, "Name": name, "DeletionDate": date});
        if input.force_delete_without_recovery {
            state.secrets.0.remove(&name);
        }
        Ok(output)
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Restore {
    secret_id: String,
}

pub(super) fn restore(account: &Account, input: &Restore) -> Result<Value, AwsError> {
    account.change(|state| {
        let name = state.secrets.get(&input.secret_id)?.0.to_owned();
        let arn = state.secrets.0.get_mut(&name).map(|secret| {
            secret.deleted = None;
            secret.arn.clone()
        });
        Ok(json!({"ARN": arn, "Name": name}))
    })
}

#[derive(Serialize)]
pub(super) struct Nothing {}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct AddTags {
    secret_id: String,
    tags: Vec<Tag>,
}

pub(super) fn tag(account: &Account, input: AddTags) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let (_, secret) = state.secrets.living(&input.secret_id)?;
        let tags = input.tags.into_iter();
        secret.tags.extend(tags.map(|tag| (tag.key, tag.value)));
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct RemoveTags {
    secret_id: String,
    tag_keys: Vec<String>,
}

pub(super) fn untag(account: &Account, input: &RemoveTags) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let (_, secret) = state.secrets.living(&input.secret_id)?;
        secret.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(Nothing {})
    })
}
