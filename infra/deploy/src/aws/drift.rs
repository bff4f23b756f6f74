//! What was changed by hand on AWS since a stack was deployed.

use aws_sdk_cloudformation::types::{
    DifferenceType, PropertyDifference, StackDriftDetectionStatus, StackResourceDrift,
    StackResourceDriftStatus,
};
use serde::Serialize;

use crate::poll::Poll;
use crate::state::text;
use crate::{Clients, Error};

/// A resource that is not as its stack made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Drift {
    /// The name in the template.
    #[serde(rename = "LogicalResourceId")]
    pub logical_id: String,
    /// The name or id at AWS.
    #[serde(rename = "PhysicalResourceId")]
    pub physical_id: String,
    /// The type, as `AWS::DynamoDB::Table`.
    pub resource_type: String,
    /// AWS's word for it: `MODIFIED` or `DELETED`.
    pub status: String,
    /// What is different in it.
    pub differences: Vec<Difference>,
}

/// A property that is not as its stack made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Difference {
    /// Where it is, as `/BillingMode`.
    pub path: String,
    /// What the stack says.
    pub expected: String,
    /// What AWS has.
    pub actual: String,
    /// AWS's word for it: `ADD`, `REMOVE` or `NOT_EQUAL`.
    pub kind: String,
}

/// Has AWS look for drift, and returns what has drifted; of these resources, or of all.
pub(crate) async fn detect(
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
    detected(clients, &text(started.stack_drift_detection_id.as_ref())).await?;
    let mut drifts = drifts(clients, stack_id).await?;
    // AWS also remembers what earlier detections have found.
    drifts.retain(|drift| {
        let asked_for = logical_ids.as_ref();
        asked_for.is_none_or(|ids| ids.contains(&drift.logical_id))
    });
    Ok(drifts)
}

/// Returns when the detection has ended.
async fn detected(clients: &Clients, id: &str) -> Result<(), Error> {
    let mut poll = Poll::new();
    loop {
        let look = clients
            .cloudformation
            .describe_stack_drift_detection_status()
            .stack_drift_detection_id(id)
            .send()
            .await;
        let seen = poll.seen(look.map_err(Error::from))?;
        match seen.as_ref().and_then(|seen| seen.detection_status()) {
            // Where some resources could not be looked at, what was found about the others holds.
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
