//! `AWS::EC2::NetworkAcl`.

use serde::Deserialize;

use super::network::{check_ids, is_used, refused, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct NetworkAcl;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct NetworkAclProperties {
    pub(super) vpc_id: String,
}

impl ResourceType for NetworkAcl {
    const NAME: &'static str = "AWS::EC2::NetworkAcl";
    const SCHEMA: &'static str = include_str!("network_acl.json");
    type Properties = NetworkAclProperties;

    async fn create(request: &Request, properties: &NetworkAclProperties) -> Result<Made, String> {
        let named = [("VpcId", Some(properties.vpc_id.as_str()))];
        request.account.read(|state| check_ids(state, &named))?;
        Ok(with_id("acl", "Id"))
    }

    async fn delete(request: &Request, _: &NetworkAclProperties) -> Result<(), String> {
        let id = &request.physical_id;
        if request.account.read(|state| is_used(state, id)) {
            return refused(&format!(
                "The networkAcl '{id}' has dependencies and cannot be deleted."
            ));
        }
        Ok(())
    }
}
