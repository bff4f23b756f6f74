//! `AWS::IAM::ManagedPolicy`.

use serde::Deserialize;
use serde_json::json;

use crate::aws::{ACCOUNT, PARTITION, now};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct ManagedPolicy;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ManagedPolicyProperties {
    managed_policy_name: Option<String>,
    path: Option<String>,
}

impl ResourceType for ManagedPolicy {
    const NAME: &'static str = "AWS::IAM::ManagedPolicy";
    const SCHEMA: &'static str = include_str!("managed_policy.json");
    type Properties = ManagedPolicyProperties;

    async fn create(
        request: &Request,
        properties: &ManagedPolicyProperties,
    ) -> Result<Made, String> {
        let name = request.name(properties.managed_policy_name.as_deref());
        let path = properties.path.as_deref().unwrap_or("/");
        let arn = format!("arn:{PARTITION}:iam::{ACCOUNT}:policy{path}{name}");
        Ok(Made::new(
            arn.clone(),
            json!({"PolicyArn": arn, "CreateDate": now()}),
        ))
    }
}
