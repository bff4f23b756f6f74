//! `DescribeStackResourceDrifts` and `DetectStackResourceDrift`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::find::{living_stack, stack};
use super::page::{PAGE, page_of};
use crate::account::{Account, State};
use crate::aws::{AwsError, json, page_size};
use crate::cloudformation::engine;
use crate::cloudformation::model::{DriftStatus, ResourceDrift, Stack};
use crate::cloudformation::plan::differing;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    stack_name: String,
    #[serde(default)]
    stack_resource_drift_status_filters: Vec<String>,
    max_results: Option<String>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output<'a> {
    stack_resource_drifts: Vec<StackResourceDrift<'a>>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StackResourceDrift<'a> {
    stack_id: &'a str,
    logical_resource_id: &'a str,
    physical_resource_id: Option<&'a str>,
    resource_type: Option<&'a str>,
    expected_properties: Option<String>,
    actual_properties: Option<String>,
    property_differences: Vec<PropertyDifference>,
    stack_resource_drift_status: DriftStatus,
    timestamp: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PropertyDifference {
    property_path: String,
    expected_value: String,
    actual_value: String,
    difference_type: DifferenceType,
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DifferenceType {
    Add,
    Remove,
    NotEqual,
}

/// The result of the last detection.
pub(super) fn describe(state: &State, input: Input) -> Result<Output<'_>, AwsError> {
    let stack = stack(state, &input.stack_name)?;
    let wanted = input.stack_resource_drift_status_filters;
    let mut shown = Vec::new();
    if let Some(drift) = &stack.drift {
        let resources = drift.resources.iter();
        let resources = resources
            .filter(|(_, found)| wanted.is_empty() || wanted.contains(&found.status.to_string()));
        shown.extend(resources.map(|(id, found)| description(stack, &drift.time, id, found)));
    }
    let size = input.max_results.and_then(|size| size.parse().ok());
    let size = page_size(size, PAGE);
    let (stack_resource_drifts, next_token) = page_of(shown, size, input.next_token.as_deref())?;
    Ok(Output {
        stack_resource_drifts,
        next_token,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DetectInput {
    stack_name: String,
    logical_resource_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Detected {
    stack_resource_drift: Value,
}

/// Compares one resource with what was deployed. The result is part of the stack's from now on.
pub(super) async fn detect(account: &Account, input: &DetectInput) -> Result<Detected, AwsError> {
    let (name, id) = (&input.stack_name, &input.logical_resource_id);
    let before = account.read(|state| stack(state, name).cloned())?;
    if before.current.existing_resource(id).is_none() {
        return Err(AwsError::validation(format!(
            "Resource {id} does not exist for stack {name}"
        )));
    }
    let found = engine::detect(account, &before.current, |one| one == id).await;
    account.change(|state| {
        let stack = living_stack(state, &before.id)?;
        let drift = stack.drift.get_or_insert_default();
        (drift.id, drift.time) = (found.id, found.time);
        drift.resources.extend(found.resources);
        let drift = stack.drift.as_ref().expect("it was set just now");
        let one = description(stack, &drift.time, id, &drift.resources[id.as_str()]);
        let one = serde_json::to_value(one).expect("the keys of an output are texts");
        Ok(Detected {
            stack_resource_drift: one,
        })
    })
}

fn description<'a>(
    stack: &'a Stack,
    timestamp: &'a str,
    logical_id: &'a str,
    found: &ResourceDrift,
) -> StackResourceDrift<'a> {
    let record = stack.current.resources.get(logical_id);
    let shown = |properties: &Value| {
        (!properties.is_null()).then(|| stack.current.mask(&properties.to_string()))
    };
    StackResourceDrift {
        stack_id: &stack.id,
        logical_resource_id: logical_id,
        physical_resource_id: record.map(|record| record.physical_id.as_str()),
        resource_type: record.map(|record| record.resource_type.as_str()),
        expected_properties: shown(&found.expected),
        actual_properties: shown(&found.actual),
        property_differences: differences(stack, found),
        stack_resource_drift_status: found.status,
        timestamp,
    }
}

fn differences(stack: &Stack, found: &ResourceDrift) -> Vec<PropertyDifference> {
    if found.actual.is_null() {
        return Vec::new();
    }
    differing(&found.expected, &found.actual)
        .into_iter()
        .map(|name| {
            let (expected, actual) = (found.expected.get(name), found.actual.get(name));
            // A property that is missing is shown as an empty text.
            let text = |value: Option<&Value>| {
                stack
                    .current
                    .mask(&value.map_or_else(String::new, json::text))
            };
            PropertyDifference {
                property_path: format!("/{name}"),
                expected_value: text(expected),
                actual_value: text(actual),
                difference_type: match (expected, actual) {
                    (None, _) => DifferenceType::Add,
                    (_, None) => DifferenceType::Remove,
                    _ => DifferenceType::NotEqual,
                },
            }
        })
        .collect()
}
