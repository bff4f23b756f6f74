//! `AWS::EC2::Route`.

use serde::Deserialize;
use serde_json::json;

use super::network::{check_ids, check_table};
use super::topology::{Destination, Target};
use crate::aws::Block;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Route;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RouteProperties {
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
    destination_prefix_list_id: Option<String>,
    egress_only_internet_gateway_id: Option<String>,
    gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    pub(super) route_table_id: String,
}

impl RouteProperties {
    /// Where the route leads to; None if it says nothing that can be read.
    pub(super) fn destination(&self) -> Option<Destination> {
        if let Some(block) = &self.destination_cidr_block {
            return Block::around(block).map(Destination::Block);
        }
        let list = self.destination_prefix_list_id.clone();
        let ipv6 = || self.destination_ipv6_cidr_block.clone();
        list.map(Destination::PrefixList)
            .or_else(|| ipv6().map(Destination::Ipv6))
    }

    pub(super) fn target(&self) -> Target {
        let id = |id: &Option<String>| id.clone().unwrap_or_default();
        match self {
            Self {
                nat_gateway_id: Some(nat),
                ..
            } => Target::Nat(nat.clone()),
            Self {
                egress_only_internet_gateway_id: Some(gateway),
                ..
            } => Target::EgressOnly(gateway.clone()),
            Self {
                gateway_id: Some(gateway),
                ..
            } if gateway == "local" => Target::Local,
            Self {
                gateway_id: Some(gateway),
                ..
            } if gateway.starts_with("igw-") => Target::Gateway(gateway.clone()),
            other => Target::Other(id(&other.gateway_id)),
        }
    }

    /// The destination, as the template writes it.
    fn shown(&self) -> &str {
        let given = self.destination_cidr_block.as_deref();
        given
            .or(self.destination_ipv6_cidr_block.as_deref())
            .or(self.destination_prefix_list_id.as_deref())
            .unwrap_or("")
    }
}

impl ResourceType for Route {
    const NAME: &'static str = "AWS::EC2::Route";
    const SCHEMA: &'static str = include_str!("route.json");
    type Properties = RouteProperties;

    async fn create(request: &Request, properties: &RouteProperties) -> Result<Made, String> {
        let named = [
            ("NatGatewayId", properties.nat_gateway_id.as_deref()),
            (
                "GatewayId",
                properties.gateway_id.as_deref().filter(|id| *id != "local"),
            ),
            (
                "EgressOnlyInternetGatewayId",
                properties.egress_only_internet_gateway_id.as_deref(),
            ),
        ];
        request.account.read(|state| {
            check_table(state, &properties.route_table_id)?;
            check_ids(state, &named)
        })?;
        let (table, block) = (&properties.route_table_id, properties.shown());
        Ok(Made::new(
            format!("{table}|{block}"),
            json!({"CidrBlock": block}),
        ))
    }
}
