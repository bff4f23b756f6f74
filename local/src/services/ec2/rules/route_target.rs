//! Rules for the targets of routes.

use super::same_vpc::{
    INTERNET_GATEWAY, NAT_GATEWAY, ROUTE_TABLE, SUBNET, attached_to, exists, vpc_of,
};
use crate::resources::subject::{Subject, fail_if, text};

/// The properties that give a route its target.
const TARGETS: [&str; 11] = [
    "CarrierGatewayId",
    "CoreNetworkArn",
    "EgressOnlyInternetGatewayId",
    "GatewayId",
    "InstanceId",
    "LocalGatewayId",
    "NatGatewayId",
    "NetworkInterfaceId",
    "TransitGatewayId",
    "VpcEndpointId",
    "VpcPeeringConnectionId",
];

pub(super) fn one_target(subject: &Subject<'_>) -> Result<(), String> {
    let given = TARGETS.into_iter().filter(|name| subject.has(name));
    fail_if(given.count() != 1, || {
        "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, transitGatewayId, egressOnlyInternetGatewayId, localGatewayId, carrierGatewayId, vpcEndpointId, coreNetworkArn or instanceId".into()
    })
}

pub(super) fn target_exists(subject: &Subject<'_>) -> Result<(), String> {
    // "local" is the route that every table has.
    if let Some(gateway) = subject.text("GatewayId").filter(|id| *id != "local") {
        exists(subject, &INTERNET_GATEWAY, gateway)?;
    }
    let nat = subject.text("NatGatewayId");
    nat.map_or(Ok(()), |nat| exists(subject, &NAT_GATEWAY, nat))
}

pub(super) fn gateway_attached(subject: &Subject<'_>) -> Result<(), String> {
    let (Some(gateway), Some(table)) = (subject.text("GatewayId"), subject.text("RouteTableId"))
    else {
        return Ok(());
    };
    let apart =
        gateway != "local" && attached_to(subject, gateway) != vpc_of(subject, &ROUTE_TABLE, table);
    fail_if(apart, || {
        format!("route table {table} and network gateway {gateway} belong to different networks")
    })
}

pub(super) fn nat_in_vpc(subject: &Subject<'_>) -> Result<(), String> {
    let (Some(nat), Some(table)) = (subject.text("NatGatewayId"), subject.text("RouteTableId"))
    else {
        return Ok(());
    };
    let gateway = subject.find("AWS::EC2::NatGateway", nat);
    let Some(subnet) = gateway.and_then(|gateway| text(&gateway.properties, "SubnetId")) else {
        return Ok(());
    };
    let apart = vpc_of(subject, &SUBNET, subnet) != vpc_of(subject, &ROUTE_TABLE, table);
    fail_if(apart, || {
        format!("route table {table} and NAT gateway {nat} belong to different networks")
    })
}
