//! `AWS::EC2::RouteTable`.

use serde::Deserialize;

use super::network::{check_ids, check_unused, with_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct RouteTable;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RouteTableProperties {
    pub(super) vpc_id: String,
}

impl ResourceType for RouteTable {
    const NAME: &'static str = "AWS::EC2::RouteTable";
    const SCHEMA: &'static str = include_str!("route_table.json");
    type Properties = RouteTableProperties;

    async fn create(request: &Request, properties: &RouteTableProperties) -> Result<Made, String> {
        let named = [("VpcId", Some(properties.vpc_id.as_str()))];
        request.account.read(|state| check_ids(state, &named))?;
        Ok(with_id("rtb", "RouteTableId"))
    }

    async fn delete(request: &Request, _: &RouteTableProperties) -> Result<(), String> {
        let id = &request.physical_id;
        request
            .account
            .read(|state| check_unused(state, "routeTable", id))
    }
}
