//! The tags of load balancers, target groups, listeners and rules.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::find::missing;
use crate::account::{Account, Item};
use crate::aws::{Answer, AwsError};
use crate::resources::ResourceType as _;
use crate::services::elb::{Listener, ListenerRule, LoadBalancer, TargetGroup};

/// The most tags of a resource.
const MOST_TAGS: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    resource_arns: Vec<String>,
    tags: Vec<Tag>,
    tag_keys: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

pub(super) fn describe(account: &Account, input: &Input) -> Answer {
    let descriptions: Result<Vec<Value>, AwsError> = input
        .resource_arns
        .iter()
        .map(|arn| {
            let tags = account.read(|state| {
                let item = state.inventory.get(arn);
                item.filter(|item| item.resource_type == kind(arn))
                    .map(tags)
            });
            let mut tags = tags.ok_or_else(|| missing(noun(arn)))?;
            if let Some(port) = account.balancers.port_of(arn) {
                // Where the listener answers on this machine.
                tags.push(Tag {
                    key: "local:address".into(),
                    value: format!("127.0.0.1:{port}"),
                });
            }
            Ok(json!({"ResourceArn": arn, "Tags": tags}))
        })
        .collect();
    Ok(json!({"TagDescriptions": descriptions?}))
}

pub(super) fn add(account: &Account, input: &Input) -> Answer {
    change(account, &input.resource_arns, |tags| {
        tags.retain(|known| !input.tags.iter().any(|tag| tag.key == known.key));
        tags.extend(input.tags.iter().cloned());
    })
}

pub(super) fn remove(account: &Account, input: &Input) -> Answer {
    change(account, &input.resource_arns, |tags| {
        tags.retain(|known| !input.tag_keys.contains(&known.key));
    })
}

fn change(account: &Account, arns: &[String], edit: impl Fn(&mut Vec<Tag>)) -> Answer {
    account.change(|state| {
        for arn in arns {
            let item = state.inventory.get_mut(kind(arn), arn);
            let item = item.ok_or_else(|| missing(noun(arn)))?;
            let mut after = tags(item);
            edit(&mut after);
            if after.len() > MOST_TAGS {
                return Err(AwsError::new(
                    "TooManyTags",
                    format!("The maximum number of tags has been reached on resource '{arn}'"),
                ));
            }
            item.properties["Tags"] = json!(after);
        }
        Ok(json!({}))
    })
}

fn tags(item: &Item) -> Vec<Tag> {
    let tags = item.properties.get("Tags").cloned();
    tags.and_then(|tags| serde_json::from_value(tags).ok())
        .unwrap_or_default()
}

fn noun(arn: &str) -> &'static str {
    match arn
        .split(':')
        .nth(5)
        .and_then(|resource| resource.split('/').next())
    {
        Some("targetgroup") => "TargetGroup",
        Some("listener") => "Listener",
        Some("listener-rule") => "Rule",
        _ => "LoadBalancer",
    }
}

fn kind(arn: &str) -> &'static str {
    match noun(arn) {
        "TargetGroup" => TargetGroup::NAME,
        "Listener" => Listener::NAME,
        "Rule" => ListenerRule::NAME,
        _ => LoadBalancer::NAME,
    }
}
