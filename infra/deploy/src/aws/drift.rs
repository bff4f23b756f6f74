//! Drift detection: what was changed by hand at AWS since a stack was deployed.

use aws_sdk_cloudformation::types::{
    DifferenceType, PropertyDifference, StackDriftDetectionStatus, StackResourceDrift,
    StackResourceDriftStatus,
};

use super::text::text;
use super::{Clients, Poll};
use crate::Error;
use crate::model::{Difference, Drift};

/// Lets AWS detect drift, in these resources or in all, and returns what has drifted.
pub(crate) async fn detect_drift(
    clients: &Clients,
    stack_id: &str,
    logical_ids: Option<Vec<String>>,
) -> Result<Vec<Drift>, Error> {
    let started = clients
        .cloudformation
        .detect_stack_drift()
        .stack_name(stack_id)
        .set_logical_resource_ids(logical_ids.clone())
        .send()
        .await?;
    wait_for_detection(clients, &text(started.stack_drift_detection_id.as_ref())).await?;
    let mut drifts = drifts(clients, stack_id).await?;
    // AWS also lists what earlier detections have found.
    drifts.retain(|drift| {
        let requested = logical_ids.as_ref();
        requested.is_none_or(|ids| ids.contains(&drift.logical_id))
    });
    Ok(drifts)
}

/// Waits until the detection has ended.
async fn wait_for_detection(clients: &Clients, id: &str) -> Result<(), Error> {
    let mut poll = Poll::new();
    loop {
        let described = clients
            .cloudformation
            .describe_stack_drift_detection_status()
            .stack_drift_detection_id(id)
            .send()
            .await;
        let detection = poll.check(described.map_err(Error::from))?;
        match detection.as_ref().and_then(|one| one.detection_status()) {
            // If some resources could not be checked, the result for the others is still valid.
            Some(
                StackDriftDetectionStatus::DetectionComplete
                | StackDriftDetectionStatus::DetectionFailed,
            ) => return Ok(()),
            _ => poll.pause().await,
        }
    }
}

async fn drifts(clients: &Clients, stack_id: &str) -> Result<Vec<Drift>, Error> {
    let mut drifts = Vec::new();
    let mut next_token = None;
    loop {
        let page = clients
            .cloudformation
            .describe_stack_resource_drifts()
            .stack_name(stack_id)
            .stack_resource_drift_status_filters(StackResourceDriftStatus::Modified)
            .stack_resource_drift_status_filters(StackResourceDriftStatus::Deleted)
            .set_next_token(next_token)
            .send()
            .await?;
        drifts.extend(page.stack_resource_drifts().iter().map(Drift::from));
        next_token = page.next_token;
        if next_token.is_none() {
            return Ok(drifts);
        }
    }
}

impl From<&StackResourceDrift> for Drift {
    fn from(drift: &StackResourceDrift) -> Self {
        let status = drift.stack_resource_drift_status.as_ref();
        Self {
            logical_id: text(drift.logical_resource_id.as_ref()),
            physical_id: text(drift.physical_resource_id.as_ref()),
            resource_type: text(drift.resource_type.as_ref()),
            status: status
                .map_or("", StackResourceDriftStatus::as_str)
                .to_owned(),
            differences: drift
                .property_differences()
                .iter()
                .map(Difference::from)
                .collect(),
        }
    }
}

impl From<&PropertyDifference> for Difference {
    fn from(difference: &PropertyDifference) -> Self {
        let kind = difference.difference_type.as_ref();
        Self {
            path: text(difference.property_path.as_ref()),
            expected: text(difference.expected_value.as_ref()),
            actual: text(difference.actual_value.as_ref()),
            kind: kind.map_or("", DifferenceType::as_str).to_owned(),
        }
    }
}
