//! Drift: what was changed by hand since the last deployment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::change_set::stands;
use super::operations::required;
use super::stack::{Record, Stack, Version};
use super::{find, not_found};
use crate::account::{Account, State, now};
use crate::json;
use crate::protocol::{Answer, AwsError};
use crate::resources::{self, Actual as Found};

/// What a detection has found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Drift {
    id: String,
    time: String,
    resources: BTreeMap<String, ResourceDrift>,
}

/// How a resource differs from what was deployed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ResourceDrift {
    status: String,
    expected: Value,
    actual: Value,
}

/// What the resources that have drifted are now, by logical id: their properties, or nothing where
/// they are gone.
pub(crate) type Actual = BTreeMap<String, Option<Value>>;

async fn look_at(account: &Account, record: &Record) -> Found {
    let (id, expected) = (record.physical_id.as_str(), &record.properties);
    resources::actual(account, &record.resource_type, id, expected).await
}

/// The resources of a stack that have drifted.
pub(super) async fn actual(account: &Account, version: &Version) -> Actual {
    let mut drifted = Actual::new();
    for (logical_id, record) in version
        .resources
        .iter()
        .filter(|(_, record)| stands(record))
    {
        match look_at(account, record).await {
            Found::Gone => {
                drifted.insert(logical_id.clone(), None);
            }
            Found::Properties(properties) if properties != record.properties => {
                drifted.insert(logical_id.clone(), Some(properties));
            }
            Found::Properties(_) | Found::Unsupported => {}
        }
    }
    drifted
}

/// The version as it really stands: a change set against it takes the drift back.
pub(super) fn adjusted(version: &Version, actual: &Actual) -> Version {
    let mut adjusted = version.clone();
    for (logical_id, properties) in actual {
        if let Some(record) = adjusted.resources.get_mut(logical_id) {
            match properties {
                Some(properties) => record.properties.clone_from(properties),
                None => "DELETE_COMPLETE".clone_into(&mut record.status),
            }
        }
    }
    adjusted
}

/// Adds to an entry of `Changes` what has drifted.
pub(super) fn annotate(change: &mut Value, version: &Version, actual: &Actual) {
    let Some(resource) = change.get_mut("ResourceChange") else {
        return;
    };
    let Some(logical_id) = json::member(resource, "LogicalResourceId").map(str::to_owned) else {
        return;
    };
    let (Some(found), Some(record)) = (actual.get(&logical_id), version.resources.get(&logical_id))
    else {
        return;
    };
    let status = if found.is_some() {
        "MODIFIED"
    } else {
        "DELETED"
    };
    resource["ResourceDriftStatus"] = status.into();
    for detail in resource
        .get_mut("Details")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let Some(name) = json::member(&detail["Target"], "Name").map(str::to_owned) else {
            continue;
        };
        let was = record.properties.get(&name).map(json::text);
        let is = found
            .as_ref()
            .and_then(|found| found.get(&name))
            .map(json::text);
        detail["Target"]["BeforeValueFrom"] = "ACTUAL_STATE".into();
        detail["Target"]["AfterValueFrom"] = "TEMPLATE".into();
        detail["Target"]["Drift"] = json!({"PreviousValue": was, "ActualValue": is});
    }
}

/// `DetectStackDrift`: compares now; the answer is there when this returns.
pub(super) async fn detect(account: &Account, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let stack = account
        .read(|state| find(state, name).cloned())
        .ok_or_else(|| not_found(name))?;
    if stack.is_busy() || stack.is_deleted() {
        return Err(AwsError::validation(format!(
            "Drift detection cannot be performed on stack [{}] while it is in {} state",
            stack.id, stack.status
        )));
    }
    let only = json::strings(input, "LogicalResourceIds");
    let mut resources = BTreeMap::new();
    for (logical_id, record) in stack
        .current
        .resources
        .iter()
        .filter(|(_, record)| stands(record))
    {
        if only.is_empty() || only.contains(logical_id) {
            resources.insert(
                logical_id.clone(),
                compare(record, look_at(account, record).await),
            );
        }
    }
    let drift = Drift {
        id: uuid::Uuid::new_v4().to_string(),
        time: now(),
        resources,
    };
    let id = drift.id.clone();
    account.change(|state| {
        if let Some(known) = state.stacks.iter_mut().find(|known| known.id == stack.id) {
            known.drift = Some(drift);
        }
    });
    Ok(json!({"StackDriftDetectionId": id}))
}

fn compare(record: &Record, found: Found) -> ResourceDrift {
    let expected = record.properties.clone();
    let (status, actual) = match found {
        Found::Unsupported => ("NOT_CHECKED", Value::Null),
        Found::Gone => ("DELETED", Value::Null),
        Found::Properties(actual) if actual == expected => ("IN_SYNC", actual),
        Found::Properties(actual) => ("MODIFIED", actual),
    };
    ResourceDrift {
        status: status.to_owned(),
        expected,
        actual,
    }
}

impl Drift {
    /// DRIFTED or `IN_SYNC`.
    pub(super) fn status(&self) -> &'static str {
        if self.drifted() > 0 {
            "DRIFTED"
        } else {
            "IN_SYNC"
        }
    }

    fn drifted(&self) -> usize {
        let drifted =
            |drift: &&ResourceDrift| drift.status == "MODIFIED" || drift.status == "DELETED";
        self.resources.values().filter(drifted).count()
    }
}

/// `DescribeStackDriftDetectionStatus`.
pub(super) fn describe_status(state: &State, input: &Value) -> Answer {
    let id = required(input, "StackDriftDetectionId")?;
    let found = state
        .stacks
        .iter()
        .find_map(|stack| Some((stack, stack.drift.as_ref().filter(|drift| drift.id == id)?)));
    let (stack, drift) = found.ok_or_else(|| {
        AwsError::validation(format!("Stack drift detection [{id}] does not exist"))
    })?;
    Ok(json!({
        "StackId": stack.id,
        "StackDriftDetectionId": id,
        "StackDriftStatus": drift.status(),
        "DetectionStatus": "DETECTION_COMPLETE",
        "DriftedStackResourceCount": drift.drifted(),
        "Timestamp": drift.time,
    }))
}

/// `DescribeStackResourceDrifts`: what the last detection has found.
pub(super) fn describe_resources(state: &State, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let stack = find(state, name).ok_or_else(|| not_found(name))?;
    let wanted = json::strings(input, "StackResourceDriftStatusFilters");
    let shown: Vec<Value> = stack
        .drift
        .iter()
        .flat_map(|drift| {
            drift
                .resources
                .iter()
                .map(move |(logical_id, found)| (drift, logical_id, found))
        })
        .filter(|(_, _, found)| wanted.is_empty() || wanted.contains(&found.status))
        .map(|(drift, logical_id, found)| description(stack, drift, logical_id, found))
        .collect();
    Ok(json!({"StackResourceDrifts": shown}))
}

fn description(stack: &Stack, drift: &Drift, logical_id: &str, found: &ResourceDrift) -> Value {
    let record = stack.current.resources.get(logical_id);
    let shown = |properties: &Value| {
        (!properties.is_null()).then(|| stack.current.mask(&properties.to_string()))
    };
    json!({
        "StackId": stack.id,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": record.map(|record| record.physical_id.as_str()),
        "ResourceType": record.map(|record| record.resource_type.as_str()),
        "ExpectedProperties": shown(&found.expected),
        "ActualProperties": shown(&found.actual),
        "PropertyDifferences": differences(stack, found),
        "StackResourceDriftStatus": found.status,
        "Timestamp": drift.time,
    })
}

fn differences(stack: &Stack, found: &ResourceDrift) -> Vec<Value> {
    if found.actual.is_null() {
        return Vec::new();
    }
    let names = super::change_set::differing(&found.expected, &found.actual);
    names
        .into_iter()
        .map(|name| {
            let (expected, actual) = (found.expected.get(name), found.actual.get(name));
            let kind = match (expected, actual) {
                (None, _) => "ADD",
                (_, None) => "REMOVE",
                _ => "NOT_EQUAL",
            };
            let text = |value: Option<&Value>| {
                stack
                    .current
                    .mask(&value.map(json::text).unwrap_or_default())
            };
            json!({
                "PropertyPath": format!("/{name}"),
                "ExpectedValue": text(expected),
                "ActualValue": text(actual),
                "DifferenceType": kind,
            })
        })
        .collect()
}
