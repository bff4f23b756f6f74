//! `AWS::EC2::SubnetNetworkAclAssociation`.

use serde::Deserialize;

use super::network::{check_ids, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct SubnetNetworkAclAssociation;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SubnetNetworkAclAssociationProperties {
    pub(super) network_acl_id: String,
    pub(super) subnet_id: String,
}

impl ResourceType for SubnetNetworkAclAssociation {
    const NAME: &'static str = "AWS::EC2::SubnetNetworkAclAssociation";
    const SCHEMA: &'static str = include_str!("subnet_network_acl_association.json");
    type Properties = SubnetNetworkAclAssociationProperties;

    async fn create(
        request: &Request,
        properties: &SubnetNetworkAclAssociationProperties,
    ) -> Result<Made, String> {
        let named = [
            ("SubnetId", Some(properties.subnet_id.as_str())),
            ("NetworkAclId", Some(properties.network_acl_id.as_str())),
        ];
        request.account.read(|state| check_ids(state, &named))?;
        Ok(with_id("aclassoc", "AssociationId"))
    }
}
