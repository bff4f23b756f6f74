//! What is scaled: a resource and one of its dimensions.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::resources::subject::text;

/// The name of Auto Scaling for [`Turns`](crate::account::Turns).
pub(super) const TURN: &str = "application-autoscaling";

/// The key of a scalable target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Key {
    pub(super) service_namespace: String,
    /// `service/CLUSTER/NAME` or `table/NAME`.
    pub(super) resource_id: String,
    /// Such as `ecs:service:DesiredCount`.
    pub(super) scalable_dimension: String,
}

impl Key {
    pub(super) fn new(namespace: &str, resource_id: &str, dimension: &str) -> Self {
        Self {
            service_namespace: namespace.to_owned(),
            resource_id: resource_id.to_owned(),
            scalable_dimension: dimension.to_owned(),
        }
    }

    /// The id of the target in CloudFormation.
    pub(super) fn id(&self) -> String {
        format!(
            "{}|{}|{}",
            self.resource_id, self.scalable_dimension, self.service_namespace
        )
    }

    /// The key of a target with this id.
    pub(super) fn of_id(id: &str) -> Option<Self> {
        let mut parts = id.split('|');
        let (resource_id, scalable_dimension) = (parts.next()?, parts.next()?);
        Some(Self::new(parts.next()?, resource_id, scalable_dimension))
    }

    /// The target that a policy names, by its id or by its three parts.
    pub(super) fn of_policy(properties: &Value) -> Option<Self> {
        if let Some(id) = text(properties, "ScalingTargetId") {
            return Self::of_id(id);
        }
        Some(Self::new(
            text(properties, "ServiceNamespace")?,
            text(properties, "ResourceId")?,
            text(properties, "ScalableDimension")?,
        ))
    }

    /// How Auto Scaling names it in its messages.
    pub(super) fn named(&self) -> String {
        format!(
            "service namespace: {}, resource ID: {}, scalable dimension: {}",
            self.service_namespace, self.resource_id, self.scalable_dimension
        )
    }

    /// What its capacity is called in activities.
    pub(super) fn noun(&self) -> &'static str {
        match self.scalable_dimension.rsplit(':').next() {
            Some("ReadCapacityUnits") => "read capacity units",
            Some("WriteCapacityUnits") => "write capacity units",
            _ => "desired count",
        }
    }
}
