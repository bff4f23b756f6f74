//! The tags of web ACLs and IP sets.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::{Account, Item, State};
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::wafv2::named::by_arn;
use crate::services::wafv2::words::{self, NONEXISTENT};
use crate::services::wafv2::{IpSet, WebAcl};

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    #[serde(rename = "Limit")]
    _limit: Option<i64>,
    #[serde(rename = "NextMarker")]
    _next_marker: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Tagged {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tags: Vec<Tag>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Untagged {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(super) fn list(account: &Account, input: &Named) -> Result<Value, AwsError> {
    let arn = &input.resource_arn;
    let tags = account.read(|state| {
        let (kind, id) = place(state, arn)?;
        state.inventory.get_of(kind, &id).map(tags_of)
    });
    let tags = tags.ok_or_else(|| words::error(NONEXISTENT))?;
    let info = json!({"ResourceARN": arn, "TagList": tags});
    Ok(json!({"TagInfoForResource": info}))
}

pub(super) fn add(account: &Account, input: &Tagged) -> Result<Value, AwsError> {
    change(account, &input.resource_arn, |tags| {
        tags.retain(|known| !input.tags.iter().any(|tag| tag.key == known.key));
        tags.extend(input.tags.iter().cloned());
    })
}

pub(super) fn remove(account: &Account, input: &Untagged) -> Result<Value, AwsError> {
    change(account, &input.resource_arn, |tags| {
        tags.retain(|known| !input.tag_keys.contains(&known.key));
    })
}

fn change(
    account: &Account,
    arn: &str,
    change: impl FnOnce(&mut Vec<Tag>),
) -> Result<Value, AwsError> {
    account.change(|state| {
        let place = place(state, arn);
        let item = place.and_then(|(kind, id)| state.inventory.get_mut(kind, &id));
        let item = item.ok_or_else(|| words::error(NONEXISTENT))?;
        let mut tags = tags_of(item);
        change(&mut tags);
        item.properties["Tags"] = json!(tags);
        Ok(json!({}))
    })
}

/// The type and the physical id of the resource with this ARN.
fn place(state: &State, arn: &str) -> Option<(&'static str, String)> {
    let mut kinds = [WebAcl::NAME, IpSet::NAME].into_iter();
    kinds.find_map(|kind| {
        let (id, _) = by_arn(state, kind, arn)?;
        Some((kind, id.to_owned()))
    })
}

fn tags_of(item: &Item) -> Vec<Tag> {
    let tags = item.properties.get("Tags").cloned();
    tags.and_then(|tags| serde_json::from_value(tags).ok())
        .unwrap_or_default()
}
