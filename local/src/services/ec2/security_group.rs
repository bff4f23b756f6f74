//! `AWS::EC2::SecurityGroup`.

use serde::Deserialize;
use serde_json::json;

use super::network::{check_ids, is_used, refused};
use crate::aws::ec2_id;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct SecurityGroup;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SecurityGroupProperties {
    vpc_id: Option<String>,
}

impl ResourceType for SecurityGroup {
    const NAME: &'static str = "AWS::EC2::SecurityGroup";
    const SCHEMA: &'static str = include_str!("security_group.json");
    type Properties = SecurityGroupProperties;

    async fn create(
        request: &Request,
        properties: &SecurityGroupProperties,
    ) -> Result<Made, String> {
        let named = [("VpcId", properties.vpc_id.as_deref())];
        request.account.read(|state| check_ids(state, &named))?;
        let id = ec2_id("sg");
        let vpc = properties.vpc_id.as_deref().unwrap_or("");
        let attributes = json!({"Id": id, "GroupId": id, "VpcId": vpc});
        Ok(Made::new(id, attributes))
    }

    async fn delete(request: &Request, _: &SecurityGroupProperties) -> Result<(), String> {
        let id = &request.physical_id;
        if request.account.read(|state| is_used(state, id)) {
            return refused(&format!("resource {id} has a dependent object"));
        }
        Ok(())
    }
}
