//! `AWS::ECS::Cluster`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::service::Service;
use super::service_properties::ServiceProperties;
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct Cluster;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ClusterProperties {
    cluster_name: Option<String>,
}

impl ResourceType for Cluster {
    const NAME: &'static str = "AWS::ECS::Cluster";
    const SCHEMA: &'static str = include_str!("cluster.json");
    const USUAL_DURATION: Duration = Duration::from_secs(8);
    type Properties = ClusterProperties;

    async fn create(request: &Request, properties: &ClusterProperties) -> Result<Made, String> {
        let name = request.name(properties.cluster_name.as_deref());
        let arn = request.account.arn("ecs", &format!("cluster/{name}"));
        Ok(Made::new(name, json!({"Arn": arn})))
    }

    async fn delete(request: &Request, _: &ClusterProperties) -> Result<(), String> {
        let is_used = request.account.read(|state| {
            let mut services = state.inventory.of_type(Service::NAME);
            services.any(|(_, item)| {
                item.read::<ServiceProperties>().cluster_name() == request.physical_id
            })
        });
        let has_tasks = request.account.tasks.ledger().tasks.iter().any(|task| {
            task.alone.is_some() && task.is_active() && task.cluster() == request.physical_id
        });
        if has_tasks && !is_used {
            return Err(refusal(
                "The Cluster cannot be deleted while Tasks are active.",
                "Ecs",
                400,
            ));
        }
        if is_used {
            return Err(refusal(
                "The Cluster cannot be deleted while Services are active.",
                "Ecs",
                400,
            ));
        }
        Ok(())
    }
}
