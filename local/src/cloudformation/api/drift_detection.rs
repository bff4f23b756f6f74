//! `DetectStackDrift` and `DescribeStackDriftDetectionStatus`.

use serde::{Deserialize, Serialize};

use super::find::stack;
use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::cloudformation::engine;
use crate::cloudformation::model::{StackDriftStatus, by_id_mut};

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
