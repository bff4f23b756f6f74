//! `AWS::EC2::Route`.

use serde::Deserialize;
use serde_json::json;

use super::network::check_ids;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Route;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RouteProperties {
    destination_cidr_block: Option<String>,
    gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    route_table_id: Option<String>,
}

impl ResourceType for Route {
    const NAME: &'static str = "AWS::EC2::Route";
    const SCHEMA: &'static str = include_str!("route.json");
    type Properties = RouteProperties;

    async fn create(request: &Request, properties: &RouteProperties) -> Result<Made, String> {
        let named = [
            ("RouteTableId", &properties.route_table_id),
            ("NatGatewayId", &properties.nat_gateway_id),
            ("GatewayId", &properties.gateway_id),
        ];
        request.account.read(|state| check_ids(state, &named))?;
        let table = properties.route_table_id.as_deref().unwrap_or_default();
        let block = properties
            .destination_cidr_block
            .as_deref()
            .unwrap_or_default();
        Ok(Made::new(
            format!("{table}|{block}"),
            json!({"CidrBlock": block}),
        ))
    }
}
