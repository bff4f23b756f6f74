//! The actions that make, show and change keys.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::tags::Tag;
use super::{Named, Nothing, paged};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError, seconds};
use crate::services::iam::caller;
use crate::services::kms::key::{PENDING, arn, default_policy};
use crate::services::kms::keys::Stored;
use crate::services::kms::policies::{MALFORMED, check, check_lockout};

const DAY: f64 = 86_400.0;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Create {
    policy: Option<String>,
    bypass_policy_lockout_safety_check: bool,
    description: String,
    key_usage: Option<String>,
    key_spec: Option<String>,
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    key_metadata: Value,
}

pub(super) fn create(account: &Account, input: Create) -> Result<Described, AwsError> {
    if let Some(policy) = &input.policy {
        check_policy(account, policy, input.bypass_policy_lockout_safety_check)?;
    }
    let id = uuid::Uuid::new_v4().to_string();
    let mut key = Stored::new(input.policy.unwrap_or_else(default_policy));
    key.description = input.description;
    key.usage = input.key_usage.unwrap_or(key.usage);
    key.spec = input.key_spec.unwrap_or(key.spec);
    let tags = input.tags.into_iter();
    key.tags = tags.map(|tag| (tag.tag_key, tag.tag_value)).collect();
    let key_metadata = metadata(account, &id, &key);
    account.change(|state| state.kms.keys.insert(id, key));
    Ok(Described { key_metadata })
}

fn check_policy(account: &Account, policy: &str, bypass: bool) -> Result<(), AwsError> {
    let policy = Value::from(policy);
    let checked = account.read(|state| check(state, &account.region, &policy));
    let checked = checked.and_then(|()| {
        if bypass {
            return Ok(());
        }
        check_lockout(&account.region, &caller(), &policy)
    });
    checked.map_err(|sentence| AwsError::new(MALFORMED, sentence))
}

pub(super) fn describe(account: &Account, input: &Named) -> Result<Described, AwsError> {
    account.read(|state| {
        let (id, key) = state.kms.get(account, &input.key_id)?;
        Ok(Described {
            key_metadata: metadata(account, &id, key),
        })
    })
}

fn metadata(account: &Account, id: &str, key: &Stored) -> Value {
    let mut shown = json!({
        "AWSAccountId": ACCOUNT,
        "KeyId": id,
        "Arn": arn(account, id),
        "CreationDate": key.created,
        "Enabled": key.state() == "Enabled",
        "Description": key.description,
        "KeyUsage": key.usage,
        "KeyState": key.state(),
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": key.spec,
        "KeySpec": key.spec,
        "MultiRegion": key.multi_region,
    });
    if key.spec == "SYMMETRIC_DEFAULT" {
        shown["EncryptionAlgorithms"] = json!(["SYMMETRIC_DEFAULT"]);
    }
    if let Some(deletion) = key.deletion {
        shown["DeletionDate"] = json!(deletion);
    }
    shown
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    limit: Option<i64>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    keys: Vec<Value>,
    next_marker: Option<String>,
    truncated: bool,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.read(|state| {
        let all = state.kms.keys.keys();
        let all = all.map(|id| json!({"KeyId": id, "KeyArn": arn(account, id)}));
        let (keys, next_marker) = paged(all, input.limit, input.marker.as_deref())?;
        Ok(Listed {
            keys,
            truncated: next_marker.is_some(),
            next_marker,
        })
    })
}

pub(super) fn enable(account: &Account, input: &Named, on: bool) -> Result<Nothing, AwsError> {
    change(account, &input.key_id, |key| key.enabled = on)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
    key_id: String,
    description: String,
}

pub(super) fn update(account: &Account, input: Describe) -> Result<Nothing, AwsError> {
    change(account, &input.key_id, |key| {
        key.description = input.description;
    })
}

pub(super) fn rotate(account: &Account, input: &Named, on: bool) -> Result<Nothing, AwsError> {
    change(account, &input.key_id, |key| key.rotation = on)
}

fn change(
    account: &Account,
    named: &str,
    change: impl FnOnce(&mut Stored),
) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let id = state.kms.id(account, named)?;
        let key = state.kms.get_mut(account, named)?;
        if key.deletion.is_some() {
            return Err(AwsError::new(
                "KMSInvalidStateException",
                format!("{} is pending deletion.", arn(account, &id)),
            ));
        }
        change(key);
        Ok(Nothing {})
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the API")]
pub(super) struct Rotation {
    key_id: String,
    key_rotation_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotation_period_in_days: Option<u32>,
}

pub(super) fn rotation(account: &Account, input: &Named) -> Result<Rotation, AwsError> {
    account.read(|state| {
        let (id, key) = state.kms.get(account, &input.key_id)?;
        Ok(Rotation {
            key_id: arn(account, &id),
            key_rotation_enabled: key.rotation,
            rotation_period_in_days: key.rotation.then_some(365),
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Schedule {
    key_id: String,
    pending_window_in_days: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Scheduled {
    key_id: String,
    deletion_date: f64,
    key_state: &'static str,
    pending_window_in_days: u32,
}

pub(super) fn schedule(account: &Account, input: &Schedule) -> Result<Scheduled, AwsError> {
    let days = input.pending_window_in_days.unwrap_or(PENDING);
    let deletion_date = seconds() + f64::from(days) * DAY;
    change(account, &input.key_id, |key| {
        key.deletion = Some(deletion_date);
    })?;
    let id = account.read(|state| state.kms.id(account, &input.key_id))?;
    Ok(Scheduled {
        key_id: arn(account, &id),
        deletion_date,
        key_state: "PendingDeletion",
        pending_window_in_days: days,
    })
}

/// A key that is kept after all is disabled.
pub(super) fn cancel(account: &Account, input: &Named) -> Result<Value, AwsError> {
    account.change(|state| {
        let id = state.kms.id(account, &input.key_id)?;
        let key = state.kms.get_mut(account, &input.key_id)?;
        if key.deletion.take().is_none() {
            let arn = arn(account, &id);
            let sentence = format!("{arn} is not pending deletion.");
            return Err(AwsError::new("KMSInvalidStateException", sentence));
        }
        key.enabled = false;
        Ok(json!({"KeyId": arn(account, &id)}))
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct GetPolicy {
    key_id: String,
    policy_name: Option<String>,
}

pub(super) fn policy(account: &Account, input: &GetPolicy) -> Result<Value, AwsError> {
    check_policy_name(input.policy_name.as_deref())?;
    account.read(|state| {
        let (_, key) = state.kms.get(account, &input.key_id)?;
        Ok(json!({"Policy": key.policy, "PolicyName": "default"}))
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct PutPolicy {
    key_id: String,
    policy_name: Option<String>,
    policy: String,
    bypass_policy_lockout_safety_check: bool,
}

pub(super) fn put_policy(account: &Account, input: PutPolicy) -> Result<Nothing, AwsError> {
    check_policy_name(input.policy_name.as_deref())?;
    check_policy(
        account,
        &input.policy,
        input.bypass_policy_lockout_safety_check,
    )?;
    change(account, &input.key_id, |key| key.policy = input.policy)
}

fn check_policy_name(name: Option<&str>) -> Result<(), AwsError> {
    match name {
        None | Some("default") => Ok(()),
        Some(_) => Err(AwsError::new("NotFoundException", "No such policy exists")),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ListPolicies {
    key_id: String,
    limit: Option<i64>,
    marker: Option<String>,
}

pub(super) fn policies(account: &Account, input: &ListPolicies) -> Result<Value, AwsError> {
    account.read(|state| state.kms.id(account, &input.key_id))?;
    let (names, _) = paged(["default"], input.limit, input.marker.as_deref())?;
    Ok(json!({"PolicyNames": names, "Truncated": false}))
}
