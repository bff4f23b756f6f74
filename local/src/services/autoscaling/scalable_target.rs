//! `AWS::ApplicationAutoScaling::ScalableTarget`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::bounds::enforce;
use super::policies;
use super::state::Target;
use super::target::Key;
use crate::account::State;
use crate::resources::{Made, Request, ResourceType, refused_by};

pub(crate) struct ScalableTarget;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ScalableTargetProperties {
    #[serde(flatten)]
    pub(super) key: Key,
    pub(super) min_capacity: u64,
    pub(super) max_capacity: u64,
    pub(super) scheduled_actions: Vec<ScheduledAction>,
    pub(super) suspended_state: Suspended,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ScheduledAction {
    #[serde(rename = "ScheduledActionName")]
    pub(super) name: String,
    pub(super) schedule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timezone: Option<String>,
    /// As ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scalable_target_action: Option<Bounds>,
}

/// The bounds that a scheduled action sets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_capacity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_capacity: Option<u64>,
}

/// What is suspended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Suspended {
    #[serde(rename = "DynamicScalingInSuspended")]
    pub(super) scaling_in: bool,
    #[serde(rename = "DynamicScalingOutSuspended")]
    pub(super) scaling_out: bool,
    #[serde(rename = "ScheduledScalingSuspended")]
    pub(super) scheduled: bool,
}

impl ResourceType for ScalableTarget {
    const NAME: &'static str = "AWS::ApplicationAutoScaling::ScalableTarget";
    const SCHEMA: &'static str = include_str!("scalable_target.json");
    type Properties = ScalableTargetProperties;

    async fn create(
        request: &Request,
        properties: &ScalableTargetProperties,
    ) -> Result<Made, String> {
        let key = &properties.key;
        match key.service_namespace.as_str() {
            "ecs" => {}
            "dynamodb" => {
                let tables = request.account.backend.tables();
                let name = key.resource_id.split('/').nth(1);
                if !tables.iter().any(|(known, _)| Some(known.as_str()) == name) {
                    let sentence = format!("DynamoDB table does not exist: {}", key.resource_id);
                    return Err(refused_by(
                        "ApplicationAutoScaling",
                        "ValidationException",
                        &sentence,
                    ));
                }
            }
            other => {
                return Err(format!(
                    "the local AWS does not do the scaling of {other} yet"
                ));
            }
        }
        let id = key.id();
        Ok(Made::new(id.clone(), json!({"Id": id})))
    }

    fn record(
        state: &mut State,
        properties: &ScalableTargetProperties,
        id: &str,
    ) -> Result<(), String> {
        let mut target = Target::new();
        target.note_schedules(properties.names());
        state.scaling.targets.insert(id.to_owned(), target);
        Ok(())
    }

    /// A service outside of the bounds is scaled at once.
    async fn start(
        request: &Request,
        properties: &ScalableTargetProperties,
        _: &str,
    ) -> Result<(), String> {
        enforce(&request.account, &properties.key).await;
        Ok(())
    }

    fn updated(request: &Request, properties: &ScalableTargetProperties) {
        let account = Arc::clone(&request.account);
        let key = properties.key.clone();
        account.change(|state| {
            if let Some(target) = state.scaling.targets.get_mut(&key.id()) {
                target.note_schedules(properties.names());
            }
        });
        tokio::spawn(async move { enforce(&account, &key).await });
    }

    /// The policies of the target go with it.
    async fn delete(
        request: &Request,
        properties: &ScalableTargetProperties,
    ) -> Result<(), String> {
        let key = &properties.key;
        for arn in policies::of_target(&request.account, key) {
            policies::remove(&request.account, &arn);
        }
        request.account.change(|state| {
            state.scaling.targets.remove(&key.id());
        });
        Ok(())
    }
}

impl ScalableTargetProperties {
    /// The names of its scheduled actions.
    fn names(&self) -> impl Iterator<Item = &str> {
        let actions = self.scheduled_actions.iter();
        actions.map(|action| action.name.as_str())
    }
}
