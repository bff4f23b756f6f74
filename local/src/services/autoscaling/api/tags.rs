//! The tags of scalable targets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::targets::arn;
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::resources::subject::{list as items, text};
use crate::services::autoscaling::ScalableTarget;

/// The most tags of a target.
const MOST_TAGS: usize = 50;

#[derive(Serialize)]
pub(super) struct Nothing {}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Add {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tags: BTreeMap<String, String>,
}

pub(super) fn add(account: &Account, input: Add) -> Result<Nothing, AwsError> {
    change(account, &input.resource_arn, |tags| {
        tags.extend(input.tags);
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
    change(account, &input.resource_arn, |tags| {
        tags.retain(|key, _| !input.tag_keys.contains(key));
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    tags: BTreeMap<String, String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    account.read(|state| {
        let id = find(account, state, &input.resource_arn)?;
        let item = state.inventory.get_of(ScalableTarget::NAME, &id);
        let tags = item.map(|item| tags(&item.properties));
        Ok(Listed {
            tags: tags.unwrap_or_default(),
        })
    })
}

fn change(
    account: &Account,
    arn: &str,
    change: impl FnOnce(&mut BTreeMap<String, String>),
) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let id = find(account, state, arn)?;
        let Some(item) = state.inventory.get_mut(ScalableTarget::NAME, &id) else {
            return Err(missing(arn));
        };
        let mut tags = tags(&item.properties);
        change(&mut tags);
        if tags.len() > MOST_TAGS {
            return Err(AwsError::new(
                "TooManyTagsException",
                format!("The resource has more than {MOST_TAGS} tags."),
            ));
        }
        let tags = tags.into_iter();
        item.properties["Tags"] = tags
            .map(|(key, value)| json!({"Key": key, "Value": value}))
            .collect();
        Ok(Nothing {})
    })
}

fn tags(properties: &Value) -> BTreeMap<String, String> {
    let tags = items(properties, "Tags").iter();
    tags.filter_map(|tag| {
        let value = tag.get("Value").and_then(Value::as_str).unwrap_or("");
        Some((text(tag, "Key")?.to_owned(), value.to_owned()))
    })
    .collect()
}

/// The id of the target with this ARN.
fn find(account: &Account, state: &State, wanted: &str) -> Result<String, AwsError> {
    let mut ids = state.scaling.targets.keys();
    let found = ids.find(|id| arn(account, state, id).as_deref() == Some(wanted));
    found.cloned().ok_or_else(|| missing(wanted))
}

fn missing(arn: &str) -> AwsError {
    let sentence = format!("The specified resource doesn't exist: {arn}");
    AwsError::new("ResourceNotFoundException", sentence)
}
