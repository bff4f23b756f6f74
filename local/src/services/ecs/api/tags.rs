//! The tags of clusters, services and task definitions.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::{Account, Item, State};
use crate::aws::{Answer, AwsError};
use crate::resources::ResourceType as _;
use crate::services::ecs::desired_count::TURN;
use crate::services::ecs::{Cluster, Service, TaskDefinition};

/// The most tags of a resource.
const MOST_TAGS: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    resource_arn: String,
    tags: Vec<Tag>,
    tag_keys: Vec<String>,
}

/// A tag, as ECS writes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Tag {
    #[serde(alias = "Key")]
    pub(super) key: String,
    #[serde(alias = "Value")]
    pub(super) value: String,
}

/// The tags of a resource.
pub(super) fn of(item: &Item) -> Vec<Tag> {
    let tags = item.properties.get("Tags").cloned();
    tags.and_then(|tags| serde_json::from_value(tags).ok())
        .unwrap_or_default()
}

pub(super) fn list(account: &Account, input: &Input) -> Answer {
    account.read(|state| {
        let (kind, id) = named(state, &input.resource_arn)?;
        let mut items = state.inventory.of_type(kind);
        let item = items.find(|(known, _)| *known == id);
        Ok(json!({"tags": item.map(|(_, item)| of(item)).unwrap_or_default()}))
    })
}

pub(super) async fn add(account: &Account, input: &Input) -> Answer {
    let _turn = account.turns.take(TURN).await;
    change(account, &input.resource_arn, |tags| {
        tags.retain(|known| !input.tags.iter().any(|tag| tag.key == known.key));
        tags.extend(input.tags.iter().cloned());
    })
}

pub(super) async fn remove(account: &Account, input: &Input) -> Answer {
    let _turn = account.turns.take(TURN).await;
    change(account, &input.resource_arn, |tags| {
        tags.retain(|known| !input.tag_keys.contains(&known.key));
    })
}

fn change(account: &Account, arn: &str, edit: impl FnOnce(&mut Vec<Tag>)) -> Answer {
    account.change(|state| {
        let (kind, id) = named(state, arn)?;
        if let Some(item) = state.inventory.get_mut(kind, &id) {
            let mut tags = of(item);
            edit(&mut tags);
            if tags.len() > MOST_TAGS {
                return Err(AwsError::new(
                    "InvalidParameterException",
                    format!("Too many tags: a resource has at most {MOST_TAGS}."),
                ));
            }
            let tags = tags
                .into_iter()
                .map(|tag| json!({"Key": tag.key, "Value": tag.value}));
            item.properties["Tags"] = Value::Array(tags.collect());
        }
        Ok(json!({}))
    })
}

/// The type and the id of the resource with this ARN.
fn named(state: &State, arn: &str) -> Result<(&'static str, String), AwsError> {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or("");
    let (kind, id) = match resource.split('/').next() {
        Some("cluster") => {
            let name = resource.rsplit('/').next().unwrap_or("");
            (Cluster::NAME, name.to_owned())
        }
        Some("service") => (Service::NAME, arn.to_owned()),
        Some("task-definition") => (TaskDefinition::NAME, arn.to_owned()),
        _ => {
            return Err(AwsError::new(
                "InvalidParameterException",
                format!("The local AWS does not do tags of {arn} yet."),
            ));
        }
    };
    if state.inventory.has(kind, &id) {
        return Ok((kind, id));
    }
    Err(AwsError::new(
        "ResourceNotFoundException",
        "The specified resource could not be found.",
    ))
}
