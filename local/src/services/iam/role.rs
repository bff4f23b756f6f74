//! `AWS::IAM::Role`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::aws::{ACCOUNT, PARTITION, suffix};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Role;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RoleProperties {
    role_name: Option<String>,
}

impl ResourceType for Role {
    const NAME: &'static str = "AWS::IAM::Role";
    const SCHEMA: &'static str = include_str!("role.json");
    const USUAL_DURATION: Duration = Duration::from_secs(16);
    type Properties = RoleProperties;

    async fn create(request: &Request, properties: &RoleProperties) -> Result<Made, String> {
        let name = request.name(properties.role_name.as_deref());
        let arn = format!("arn:{PARTITION}:iam::{ACCOUNT}:role/{name}");
        let attributes = json!({"Arn": arn, "RoleId": format!("AROA{}", suffix(17))});
        Ok(Made::new(name, attributes))
    }
}
