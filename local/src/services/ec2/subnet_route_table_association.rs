//! `AWS::EC2::SubnetRouteTableAssociation`.

use serde::Deserialize;

use super::network::{check_ids, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct SubnetRouteTableAssociation;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SubnetRouteTableAssociationProperties {
    route_table_id: Option<String>,
    subnet_id: Option<String>,
}

impl ResourceType for SubnetRouteTableAssociation {
    const NAME: &'static str = "AWS::EC2::SubnetRouteTableAssociation";
    const SCHEMA: &'static str = include_str!("subnet_route_table_association.json");
    type Properties = SubnetRouteTableAssociationProperties;

    async fn create(
        request: &Request,
        properties: &SubnetRouteTableAssociationProperties,
    ) -> Result<Made, String> {
        let named = [
            ("SubnetId", &properties.subnet_id),
            ("RouteTableId", &properties.route_table_id),
        ];
        request.account.read(|state| check_ids(state, &named))?;
        Ok(with_id("rtbassoc", "Id"))
    }
}
