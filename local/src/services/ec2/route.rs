//! `AWS::EC2::Route`.

use serde::Deserialize;
use serde_json::json;

use super::network::check_ids;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Route;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RouteProperties {
    /// Empty if the route has another kind of destination.
    destination_cidr_block: String,
    gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    route_table_id: String,
}

impl ResourceType for Route {
    const NAME: &'static str = "AWS::EC2::Route";
    const SCHEMA: &'static str = include_str!("route.json");
    type Properties = RouteProperties;

    async fn create(request: &Request, properties: &RouteProperties) -> Result<Made, String> {
        let named = [
            ("RouteTableId", Some(properties.route_table_id.as_str())),
            ("NatGatewayId", properties.nat_gateway_id.as_deref()),
            ("GatewayId", properties.gateway_id.as_deref()),
        ];
        request.account.read(|state| check_ids(state, &named))?;
        let (table, block) = (
            &properties.route_table_id,
            &properties.destination_cidr_block,
        );
        Ok(Made::new(
            format!("{table}|{block}"),
            json!({"CidrBlock": block}),
        ))
    }
}
