//! Finding clusters and services, and the failure for those that do not exist.

use serde::Serialize;
use serde_json::Value;

use crate::account::{Account, Item};
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::ecs::service_properties::{ServiceProperties, cluster_name};
use crate::services::ecs::{Cluster, Service};

/// A name or ARN in the input that does not exist.
#[derive(Serialize)]
pub(super) struct Failure {
    arn: String,
    reason: &'static str,
}

impl Failure {
    pub(super) fn missing(arn: String) -> Self {
        Self {
            arn,
            reason: "MISSING",
        }
    }
}

/// Names and ARNs of the clusters.
pub(super) fn clusters(account: &Account) -> Vec<(String, String)> {
    account.read(|state| {
        let clusters = state.inventory.of_type(Cluster::NAME);
        clusters
            .map(|(name, item)| (name.to_owned(), item.attribute("Arn").to_owned()))
            .collect()
    })
}

/// The cluster of this name or ARN.
///
/// # Errors
/// ECS's message for a cluster that does not exist.
pub(super) fn cluster<'a>(account: &Account, wanted: Option<&'a str>) -> Result<&'a str, AwsError> {
    let name = cluster_name(wanted);
    if account.read(|state| state.inventory.has(Cluster::NAME, name)) {
        Ok(name)
    } else {
        Err(AwsError::new(
            "ClusterNotFoundException",
            "Cluster not found.",
        ))
    }
}

/// The services of a cluster, by ARN.
pub(super) fn services(account: &Account, cluster: &str) -> Vec<(String, Item)> {
    account.read(|state| {
        let services = state.inventory.of_type(Service::NAME);
        services
            .filter(|(_, item)| item.read::<ServiceProperties>().cluster_name() == cluster)
            .map(|(arn, item)| (arn.to_owned(), item.clone()))
            .collect()
    })
}

/// CloudFormation writes `ContainerDefinitions`, ECS writes `containerDefinitions`. The names of
/// log options stay as they are.
pub(super) fn lower_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| {
                let mut lower = name.clone();
                if let Some(first) = lower.get_mut(..1) {
                    first.make_ascii_lowercase();
                }
                let member = if ["Options", "DockerLabels", "DriverOpts"].contains(&name.as_str()) {
                    member.clone()
                } else {
                    lower_names(member)
                };
                (lower, member)
            })
            .collect(),
        Value::Array(items) => items.iter().map(lower_names).collect(),
        scalar => scalar.clone(),
    }
}
