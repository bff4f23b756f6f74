//! `AWS::ApplicationAutoScaling::ScalingPolicy`.

use serde::Deserialize;
use serde_json::json;

use super::capacity;
use super::policies;
use super::state::Policy;
use super::steps::StepScaling;
use super::target::Key;
use super::tracking::TargetTracking;
use crate::account::State;
use crate::aws::seconds;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct ScalingPolicy;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ScalingPolicyProperties {
    pub(super) policy_name: String,
    pub(super) step_scaling_policy_configuration: Option<StepScaling>,
    pub(super) target_tracking_scaling_policy_configuration: Option<TargetTracking>,
}

impl ResourceType for ScalingPolicy {
    const NAME: &'static str = "AWS::ApplicationAutoScaling::ScalingPolicy";
    const SCHEMA: &'static str = include_str!("scaling_policy.json");
    type Properties = ScalingPolicyProperties;

    async fn create(
        request: &Request,
        properties: &ScalingPolicyProperties,
    ) -> Result<Made, String> {
        let name = &properties.policy_name;
        let key = Key::of_policy(&request.properties).unwrap_or_default();
        if let Some(arn) = policies::find(&request.account, &key, name) {
            let kind = Self::NAME;
            return Err(format!(
                "Resource of type '{kind}' with identifier '{arn}|{}' already exists.",
                key.scalable_dimension
            ));
        }
        let resource = format!(
            "scalingPolicy:{}:resource/{}/{}:policyName/{name}",
            uuid::Uuid::new_v4(),
            key.service_namespace,
            key.resource_id
        );
        let arn = request.account.arn("autoscaling", &resource);
        let attributes = json!({"Arn": arn, "PolicyName": name});
        Ok(Made::new(arn, attributes))
    }

    fn record(state: &mut State, _: &ScalingPolicyProperties, arn: &str) -> Result<(), String> {
        let policy = Policy {
            created: seconds(),
            created_by: uuid::Uuid::new_v4().to_string(),
            alarms: Vec::new(),
            units: None,
        };
        state.scaling.policies.insert(arn.to_owned(), policy);
        Ok(())
    }

    async fn start(
        request: &Request,
        _: &ScalingPolicyProperties,
        arn: &str,
    ) -> Result<(), String> {
        let key = Key::of_policy(&request.properties).unwrap_or_default();
        let is_table = key.service_namespace == "dynamodb";
        let units = if is_table {
            capacity::read(&request.account, &key).await
        } else {
            None
        };
        policies::put_alarms(&request.account, arn, units.map(|now| now.wanted));
        Ok(())
    }

    /// The alarms of a changed policy are new ones.
    fn updated(request: &Request, _: &ScalingPolicyProperties) {
        policies::put_alarms(&request.account, &request.physical_id, None);
    }

    async fn delete(request: &Request, _: &ScalingPolicyProperties) -> Result<(), String> {
        policies::remove(&request.account, &request.physical_id);
        Ok(())
    }
}
