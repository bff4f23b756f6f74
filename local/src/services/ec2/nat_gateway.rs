//! `AWS::EC2::NatGateway`.

use std::net::Ipv4Addr;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::elastic_ip::ElasticIp;
use super::interfaces::{Owner, Public, Wanted, attach};
use super::network::{check_ids, refusal_of, refused};
use super::subnet::vpc_of;
use super::vpc_gateway_attachment::has_gateway;
use crate::account::State;
use crate::aws::ec2_id;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct NatGateway;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct NatGatewayProperties {
    pub(super) allocation_id: Option<String>,
    pub(super) availability_mode: Option<String>,
    pub(super) connectivity_type: Option<String>,
    pub(super) subnet_id: Option<String>,
    pub(super) vpc_id: Option<String>,
}

impl NatGatewayProperties {
    pub(super) fn is_public(&self) -> bool {
        self.connectivity_type.as_deref() != Some("private")
    }

    /// Whether it serves all zones of the VPC and is in no subnet.
    pub(super) fn is_regional(&self) -> bool {
        self.availability_mode.as_deref() == Some("regional")
    }
}

impl ResourceType for NatGateway {
    const NAME: &'static str = "AWS::EC2::NatGateway";
    const SCHEMA: &'static str = include_str!("nat_gateway.json");
    const USUAL_DURATION: Duration = Duration::from_secs(110);
    type Properties = NatGatewayProperties;

    async fn create(request: &Request, properties: &NatGatewayProperties) -> Result<Made, String> {
        request.account.read(|state| check(state, properties))?;
        let id = ec2_id("nat");
        let mut attributes = json!({"NatGatewayId": id});
        if properties.is_regional() {
            attributes["RouteTableId"] = ec2_id("rtb").into();
            return Ok(Made::new(id, attributes));
        }
        let eni = request.account.change(|state| {
            let public = if properties.is_public() {
                address_of(state, properties).map_or(Public::Assigned, Public::Elastic)
            } else {
                Public::No
            };
            let wanted = Wanted {
                owner: Owner::NatGateway(id.clone()),
                description: format!("Interface for NAT Gateway {id}"),
                subnet: properties.subnet_id.clone().unwrap_or_default(),
                groups: Vec::new(),
                public,
                ipv6: false,
            };
            attach(state, wanted).map_err(|err| refusal_of(&err))
        })?;
        attributes["EniId"] = eni.id.into();
        Ok(Made::new(id, attributes))
    }

    async fn delete(request: &Request, _: &NatGatewayProperties) -> Result<(), String> {
        let owner = Owner::NatGateway(request.physical_id.clone());
        request
            .account
            .change(|state| state.interfaces.detach(&owner));
        Ok(())
    }
}

fn check(state: &State, properties: &NatGatewayProperties) -> Result<(), String> {
    let named = [
        ("SubnetId", properties.subnet_id.as_deref()),
        ("VpcId", properties.vpc_id.as_deref()),
    ];
    check_ids(state, &named)?;
    let subnet = properties.subnet_id.as_deref();
    if subnet.is_none() && !properties.is_regional() {
        return refused("The request must contain the parameter SubnetId");
    }
    let vpc = subnet.and_then(|subnet| vpc_of(state, subnet));
    let vpc = vpc
        .or_else(|| properties.vpc_id.clone())
        .unwrap_or_default();
    // VPC user guide, "Troubleshoot NAT gateways".
    if properties.is_public() && !has_gateway(state, &vpc) {
        return refused(&format!("Network {vpc} has no Internet gateway attached"));
    }
    Ok(())
}

/// The address of the Elastic IP that the NAT gateway uses.
pub(super) fn address_of(state: &State, properties: &NatGatewayProperties) -> Option<Ipv4Addr> {
    let allocation = properties.allocation_id.as_deref()?;
    let mut addresses = state.inventory.of_type(ElasticIp::NAME);
    let found = addresses.find(|(_, item)| item.attribute("AllocationId") == allocation);
    found?.0.parse().ok()
}
