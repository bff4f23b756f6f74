//! `DetectStackDrift` and the actions that show its result.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::find::stack;
use crate::account::{Account, State};
use crate::cloudformation::engine;
use crate::cloudformation::model::{
    DriftStatus, ResourceDrift, Stack, StackDriftStatus, by_id_mut,
};
use crate::cloudformation::plan::differing;
use crate::json;
use crate::protocol::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DetectInput {
    stack_name: String,
    #[serde(default)]
    logical_resource_ids: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DetectOutput {
    stack_drift_detection_id: String,
}

/// `DetectStackDrift`: the detection is complete when this returns.
pub(super) async fn detect(
    account: &Account,
    input: DetectInput,
) -> Result<DetectOutput, AwsError> {
    let stack = account.read(|state| stack(state, &input.stack_name).cloned())?;
    if stack.status.is_busy() || stack.is_deleted() {
        return Err(AwsError::validation(format!(
            "Drift detection cannot be performed on stack [{}] while it is in {} state",
            stack.id, stack.status
        )));
    }
    let only = input.logical_resource_ids;
    let wanted = |name: &str| only.is_empty() || only.iter().any(|wanted| wanted == name);
    let drift = engine::detect(account, &stack.current, wanted).await;
    let id = drift.id.clone();
    account.change(|state| {
        if let Some(known) = by_id_mut(&mut state.stacks, &stack.id) {
            known.drift = Some(drift);
        }
    });
    Ok(DetectOutput {
        stack_drift_detection_id: id,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStatusInput {
    stack_drift_detection_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeStatusOutput<'a> {
    stack_id: &'a str,
    stack_drift_detection_id: &'a str,
    stack_drift_status: StackDriftStatus,
    detection_status: &'static str,
    drifted_stack_resource_count: usize,
    timestamp: &'a str,
}

/// `DescribeStackDriftDetectionStatus`.
pub(super) fn describe_status(
    state: &State,
    input: DescribeStatusInput,
) -> Result<DescribeStatusOutput<'_>, AwsError> {
    let id = input.stack_drift_detection_id;
    let mut stacks = state.stacks.iter();
    let found = stacks
        .find_map(|stack| Some((stack, stack.drift.as_ref().filter(|drift| drift.id == id)?)));
    let (stack, drift) = found.ok_or_else(|| {
        AwsError::validation(format!("Stack drift detection [{id}] does not exist"))
    })?;
    Ok(DescribeStatusOutput {
        stack_id: &stack.id,
        stack_drift_detection_id: &drift.id,
        stack_drift_status: drift.status(),
        detection_status: "DETECTION_COMPLETE",
        drifted_stack_resource_count: drift.drifted(),
        timestamp: &drift.time,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeResourcesInput {
    stack_name: String,
    #[serde(default)]
    stack_resource_drift_status_filters: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeResourcesOutput<'a> {
    stack_resource_drifts: Vec<StackResourceDrift<'a>>,
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

/// `DescribeStackResourceDrifts`: the result of the last detection.
pub(super) fn describe_resources(
    state: &State,
    input: DescribeResourcesInput,
) -> Result<DescribeResourcesOutput<'_>, AwsError> {
    let stack = stack(state, &input.stack_name)?;
    let wanted = input.stack_resource_drift_status_filters;
    let mut shown = Vec::new();
    if let Some(drift) = &stack.drift {
        let resources = drift.resources.iter();
        let resources = resources.filter(|(_, found)| {
            wanted.is_empty() || wanted.contains(&found.status.to_string())
        });
        shown.extend(resources.map(|(id, found)| description(stack, &drift.time, id, found)));
    }
    Ok(DescribeResourcesOutput {
        stack_resource_drifts: shown,
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
