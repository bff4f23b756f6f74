//! The tags of hosted zones.

use serde_json::{Value, json};

use super::Output;
use super::call::Input;
use super::zones::existing;
use crate::account::{Account, State};
use crate::aws::{AwsError, rest_xml};
use crate::services::route53::zones::zone_id;

pub(super) fn list(account: &Account, input: &Input) -> Output {
    of_zones(input)?;
    let set = account.read(|state| set(state, input.zone()))?;
    Ok((
        "ListTagsForResourceResponse",
        json!({"ResourceTagSet": set}),
    ))
}

pub(super) fn list_many(account: &Account, input: &Input) -> Output {
    of_zones(input)?;
    let ids = rest_xml::items(&input.body["ResourceIds"], "ResourceId");
    let ids = ids.into_iter().filter_map(Value::as_str);
    let sets: Vec<Value> = account.read(|state| {
        ids.map(|id| set(state, zone_id(id)))
            .collect::<Result<_, _>>()
    })?;
    Ok((
        "ListTagsForResourcesResponse",
        json!({"ResourceTagSets": {"ResourceTagSet": sets}}),
    ))
}

fn set(state: &State, id: &str) -> Result<Value, AwsError> {
    let tags = existing(state, id)?.tags.iter();
    let tags: Vec<Value> = tags
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    Ok(json!({"ResourceType": "hostedzone", "ResourceId": id, "Tags": {"Tag": tags}}))
}

pub(super) fn change(account: &Account, input: &Input) -> Output {
    of_zones(input)?;
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let added = rest_xml::items(&input.body["AddTags"], "Tag");
    let removed = rest_xml::items(&input.body["RemoveTagKeys"], "Key");
    account.change(|state| {
        existing(state, input.zone())?;
        if let Some(zone) = state.zones.get_mut(input.zone()) {
            for key in removed {
                zone.tags.remove(&text(key));
            }
            for tag in added {
                zone.tags.insert(text(&tag["Key"]), text(&tag["Value"]));
            }
        }
        Ok(("ChangeTagsForResourceResponse", json!({})))
    })
}

/// # Errors
/// The resource is a health check, which the local AWS has not.
fn of_zones(input: &Input) -> Result<(), AwsError> {
    match input.part("kind") {
        "hostedzone" => Ok(()),
        kind => Err(AwsError::unsupported(&format!(
            "the tags of a {kind} of Route 53"
        ))),
    }
}
