//! `AWS::IAM::Role`.

use std::time::Duration;

use serde_json::json;

use super::roles::RoleProperties;
use crate::aws::{ACCOUNT, PARTITION, suffix};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Role;

impl ResourceType for Role {
    const NAME: &'static str = "AWS::IAM::Role";
    const SCHEMA: &'static str = include_str!("role.json");
    const USUAL_DURATION: Duration = Duration::from_secs(16);
    type Properties = RoleProperties;

    async fn create(request: &Request, properties: &RoleProperties) -> Result<Made, String> {
        let name = request.name(properties.role_name.as_deref());
        let path = &properties.path;
        let arn = format!("arn:{PARTITION}:iam::{ACCOUNT}:role{path}{name}");
        let attributes = json!({"Arn": arn, "RoleId": format!("AROA{}", suffix(17))});
        Ok(Made::new(name, attributes))
    }
}
