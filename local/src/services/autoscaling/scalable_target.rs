//! `AWS::ApplicationAutoScaling::ScalableTarget`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use crate::account::Account;
use crate::resources::{Made, Request, ResourceType};
use crate::services::ecs::{self, Bounds};

pub(crate) struct ScalableTarget;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ScalableTargetProperties {
    min_capacity: u64,
    max_capacity: u64,
    /// `service/CLUSTER/NAME`
    resource_id: String,
    scalable_dimension: String,
    service_namespace: String,
}

impl ResourceType for ScalableTarget {
    const NAME: &'static str = "AWS::ApplicationAutoScaling::ScalableTarget";
    const SCHEMA: &'static str = include_str!("scalable_target.json");
    type Properties = ScalableTargetProperties;

    async fn create(_: &Request, properties: &ScalableTargetProperties) -> Result<Made, String> {
        if properties.min_capacity > properties.max_capacity {
            return Err("Maximum capacity cannot be less than minimum capacity (Service: ApplicationAutoScaling, Status Code: 400)".into());
        }
        let id = format!(
            "{}|{}|{}",
            properties.resource_id, properties.scalable_dimension, properties.service_namespace
        );
        Ok(Made::new(id.clone(), json!({"Id": id})))
    }

    async fn start(
        request: &Request,
        properties: &ScalableTargetProperties,
        _: &str,
    ) -> Result<(), String> {
        Self::updated(request, properties);
        Ok(())
    }

    fn updated(request: &Request, properties: &ScalableTargetProperties) {
        set_bounds(&request.account, properties);
        ecs::reconcile(&request.account);
    }

    /// The service is created after this and starts within the bounds.
    async fn restore(
        account: &Arc<Account>,
        _: &str,
        properties: &ScalableTargetProperties,
    ) -> Result<(), String> {
        set_bounds(account, properties);
        Ok(())
    }

    async fn delete(
        request: &Request,
        properties: &ScalableTargetProperties,
    ) -> Result<(), String> {
        let tasks = &request.account.tasks;
        tasks.set_bounds(&properties.resource_id, None);
        Ok(())
    }
}

fn set_bounds(account: &Account, properties: &ScalableTargetProperties) {
    let bounds = Bounds {
        least: properties.min_capacity,
        most: properties.max_capacity,
    };
    account
        .tasks
        .set_bounds(&properties.resource_id, Some(bounds));
}
