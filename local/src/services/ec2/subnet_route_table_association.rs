//! `AWS::EC2::SubnetRouteTableAssociation`.

use serde::Deserialize;

use super::network::{check_ids, check_table, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct SubnetRouteTableAssociation;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SubnetRouteTableAssociationProperties {
    pub(super) route_table_id: String,
    pub(super) subnet_id: String,
}

impl ResourceType for SubnetRouteTableAssociation {
    const NAME: &'static str = "AWS::EC2::SubnetRouteTableAssociation";
    const SCHEMA: &'static str = include_str!("subnet_route_table_association.json");
    type Properties = SubnetRouteTableAssociationProperties;

    async fn create(
        request: &Request,
        properties: &SubnetRouteTableAssociationProperties,
    ) -> Result<Made, String> {
        let named = [("SubnetId", Some(properties.subnet_id.as_str()))];
        request.account.read(|state| {
            check_table(state, &properties.route_table_id)?;
            check_ids(state, &named)
        })?;
        Ok(with_id("rtbassoc", "Id"))
    }
}
