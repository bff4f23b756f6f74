//! `AWS::ApplicationAutoScaling::ScalingPolicy`.

use serde::Deserialize;
use serde_json::json;

use crate::resources::{Made, Request, ResourceType};

pub(crate) struct ScalingPolicy;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ScalingPolicyProperties {
    policy_name: String,
}

impl ResourceType for ScalingPolicy {
    const NAME: &'static str = "AWS::ApplicationAutoScaling::ScalingPolicy";
    const SCHEMA: &'static str = include_str!("scaling_policy.json");
    type Properties = ScalingPolicyProperties;

    async fn create(
        request: &Request,
        properties: &ScalingPolicyProperties,
    ) -> Result<Made, String> {
        let (name, id) = (&properties.policy_name, uuid::Uuid::new_v4());
        let resource = format!("scalingPolicy:{id}:policyName/{name}");
        let arn = request.account.arn("autoscaling", &resource);
        let attributes = json!({"Arn": arn, "PolicyName": name});
        Ok(Made::new(arn, attributes))
    }
}
