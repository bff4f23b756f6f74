//! `AWS::KMS::Key`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::keys::Stored;
use crate::account::{Account, State};
use crate::aws::json::text;
use crate::aws::seconds;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Key;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct KeyProperties {
    description: Option<String>,
    enable_key_rotation: Option<Value>,
    enabled: Option<Value>,
    key_policy: Option<Value>,
    key_spec: Option<String>,
    key_usage: Option<String>,
    multi_region: Option<Value>,
    pending_window_in_days: Option<u32>,
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

/// How many days pass before a key is deleted, if the owner does not say.
pub(super) const PENDING: u32 = 30;

const DAY: f64 = 86_400.0;

impl ResourceType for Key {
    const NAME: &'static str = "AWS::KMS::Key";
    const SCHEMA: &'static str = include_str!("key.json");
    type Properties = KeyProperties;

    async fn create(request: &Request, properties: &KeyProperties) -> Result<Made, String> {
        let id = uuid::Uuid::new_v4();
        let prefix = if is_true(properties.multi_region.as_ref()) == Some(true) {
            "mrk-"
        } else {
            ""
        };
        let id = match prefix {
            "" => id.to_string(),
            prefix => format!("{prefix}{}", id.simple()),
        };
        let arn = request.account.arn("kms", &format!("key/{id}"));
        Ok(Made::new(id.clone(), json!({"Arn": arn, "KeyId": id})))
    }

    fn record(state: &mut State, properties: &KeyProperties, id: &str) -> Result<(), String> {
        let mut key = Stored::new(default_policy());
        set(&mut key, properties);
        state.kms.keys.insert(id.to_owned(), key);
        Ok(())
    }

    async fn update(
        request: &Request,
        _: &KeyProperties,
        properties: &KeyProperties,
    ) -> Result<(), String> {
        request.account.change(|state| {
            if let Some(key) = state.kms.keys.get_mut(&request.physical_id) {
                set(key, properties);
            }
        });
        Ok(())
    }

    /// A deleted key stays for a time in which it can be kept after all.
    async fn delete(request: &Request, properties: &KeyProperties) -> Result<(), String> {
        let days = properties.pending_window_in_days.unwrap_or(PENDING);
        request.account.change(|state| {
            if let Some(key) = state.kms.keys.get_mut(&request.physical_id) {
                key.deletion = Some(seconds() + f64::from(days) * DAY);
            }
        });
        Ok(())
    }
}

/// The policy of a key without one: the account may do everything.
pub(super) fn default_policy() -> String {
    let account = crate::aws::ACCOUNT;
    json!({
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:aws:iam::{account}:root")},
            "Action": "kms:*",
            "Resource": "*",
        }],
    })
    .to_string()
}

fn is_true(value: Option<&Value>) -> Option<bool> {
    value.map(|value| text(value) == "true")
}

fn set(key: &mut Stored, properties: &KeyProperties) {
    key.description = properties.description.clone().unwrap_or_default();
    key.enabled = is_true(properties.enabled.as_ref()).unwrap_or(true);
    key.rotation = is_true(properties.enable_key_rotation.as_ref()).unwrap_or(false);
    key.multi_region = is_true(properties.multi_region.as_ref()).unwrap_or(false);
    key.policy = properties
        .key_policy
        .as_ref()
        .map_or_else(default_policy, text);
    if let Some(spec) = &properties.key_spec {
        key.spec.clone_from(spec);
    }
    if let Some(usage) = &properties.key_usage {
        key.usage.clone_from(usage);
    }
    let tags = properties.tags.iter();
    key.tags = tags
        .map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect();
}

/// The key's ARN.
pub(super) fn arn(account: &Account, id: &str) -> String {
    account.arn("kms", &format!("key/{id}"))
}
