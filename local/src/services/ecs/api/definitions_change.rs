//! Task definitions: register, deregister and list.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::change::{WORDS, properties};
use super::task_definitions;
use crate::account::{Account, State};
use crate::aws::{Answer, AwsError, json as read, page, page_size};
use crate::resources::ResourceType as _;
use crate::services::ecs::TaskDefinition;

const USED: [&str; 16] = [
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "requiresCompatibilities",
    "runtimePlatform",
    "tags",
    "taskRoleArn",
    "volumes",
];

/// The largest page of these lists.
const LARGEST: usize = 100;

pub(super) async fn register(account: &Arc<Account>, input: &Value) -> Answer {
    let properties = properties(input, &USED)?;
    if !properties.contains_key("Family") {
        return Err(AwsError::new(
            "ClientException",
            "Family should not be null or empty.",
        ));
    }
    let arn = WORDS
        .create::<TaskDefinition>(account, properties.into())
        .await?;
    described(account, &arn)
}

pub(super) async fn deregister(account: &Arc<Account>, input: &Value) -> Answer {
    let wanted = read::member(input, "taskDefinition").unwrap_or("");
    if !wanted
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains(':'))
    {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Invalid revision number. Number: null",
        ));
    }
    let known = account.read(|state| {
        let mut active = state.inventory.of_type(TaskDefinition::NAME);
        let found =
            active.find(|(arn, _)| *arn == wanted || arn.rsplit('/').next() == Some(wanted));
        found.map(|(arn, _)| arn.to_owned())
    });
    let arn = known.ok_or_else(|| {
        AwsError::new(
            "ClientException",
            "The specified task definition does not exist.",
        )
    })?;
    WORDS.delete::<TaskDefinition>(account, &arn).await?;
    described(account, &arn)
}

fn described(account: &Account, arn: &str) -> Answer {
    let input = serde_json::from_value(json!({"taskDefinition": arn})).unwrap_or_default();
    let mut answer =
        serde_json::to_value(task_definitions::describe(account, &input)?).unwrap_or_default();
    if let Some(members) = answer.as_object_mut() {
        members.retain(|name, _| name == "taskDefinition");
    }
    Ok(answer)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    family_prefix: Option<String>,
    status: Option<String>,
    sort: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) fn list(account: &Account, input: &List) -> Answer {
    let family = input.family_prefix.as_deref();
    let mut arns: Vec<String> = account.read(|state| arns(state, input.status.as_deref()));
    arns.retain(|arn| family.is_none_or(|family| split(arn).0 == family));
    arns.sort_by_key(|arn| {
        let (family, revision) = split(arn);
        (family.to_owned(), revision)
    });
    if input.sort.as_deref() == Some("DESC") {
        arns.reverse();
    }
    paged("taskDefinitionArns", arns, input)
}

pub(super) fn families(account: &Account, input: &List) -> Answer {
    let prefix = input.family_prefix.as_deref().unwrap_or("");
    let active = account.read(|state| arns(state, Some("ACTIVE")));
    let is_active = |family: &str| active.iter().any(|arn| split(arn).0 == family);
    let all = account.read(|state| state.task_definitions.keys().cloned().collect::<Vec<_>>());
    let families = all.into_iter().filter(|family| {
        let wanted = match input.status.as_deref() {
            Some("ALL") => true,
            Some("INACTIVE") => !is_active(family),
            _ => is_active(family),
        };
        wanted && family.starts_with(prefix)
    });
    paged("families", families.collect(), input)
}

/// The ARNs of the task definitions with this status.
fn arns(state: &State, status: Option<&str>) -> Vec<String> {
    match status {
        Some("INACTIVE") => state.inactive_task_definitions.keys().cloned().collect(),
        Some("DELETE_IN_PROGRESS") => Vec::new(),
        _ => {
            let active = state.inventory.of_type(TaskDefinition::NAME);
            active.map(|(arn, _)| arn.to_owned()).collect()
        }
    }
}

/// The family and the revision at the end of an ARN.
fn split(arn: &str) -> (&str, u32) {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let (family, revision) = name.rsplit_once(':').unwrap_or((name, "0"));
    (family, revision.parse().unwrap_or(0))
}

fn paged(member: &str, items: Vec<String>, input: &List) -> Answer {
    let size = page_size(input.max_results, LARGEST);
    let page = page(items, size, input.next_token.as_deref());
    let (items, next) =
        page.ok_or_else(|| AwsError::new("InvalidParameterException", "Invalid token"))?;
    Ok(json!({member: items, "nextToken": next}))
}
