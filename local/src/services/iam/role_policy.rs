//! `AWS::IAM::RolePolicy`.

use serde::Deserialize;
use serde_json::json;

use crate::resources::{Made, Request, ResourceType};

pub(crate) struct RolePolicy;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RolePolicyProperties {
    policy_name: String,
    role_name: String,
}

impl ResourceType for RolePolicy {
    const NAME: &'static str = "AWS::IAM::RolePolicy";
    const SCHEMA: &'static str = include_str!("role_policy.json");
    type Properties = RolePolicyProperties;

    async fn create(_: &Request, properties: &RolePolicyProperties) -> Result<Made, String> {
        let RolePolicyProperties {
            policy_name,
            role_name,
        } = properties;
        Ok(Made::new(format!("{policy_name}|{role_name}"), json!({})))
    }
}
