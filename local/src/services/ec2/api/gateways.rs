//! `DescribeInternetGateways`, `DescribeNatGateways`, `DescribeEgressOnlyInternetGateways` and
//! `DescribeFlowLogs`.

use serde_json::{Value, json};

use super::listing::{Listing, each, tags};
use crate::account::{Account, Item};
use crate::aws::{ACCOUNT, now};
use crate::resources::ResourceType as _;
use crate::services::ec2::interfaces::{Interface, Owner};
use crate::services::ec2::nat_gateway::{NatGateway, NatGatewayProperties};
use crate::services::ec2::topology::topology;
use crate::services::ec2::{EgressOnlyInternetGateway, FlowLog, InternetGateway};

pub(super) static INTERNET_GATEWAYS: Listing = Listing {
    action: "DescribeInternetGateways",
    set: "internetGatewaySet",
    ids: &[("InternetGatewayId", "internetGatewayId")],
    prefix: "igw-",
    code: "InvalidInternetGatewayID",
    missing: "The internetGateway ID '{}' does not exist",
    filters: &[
        ("attachment.state", "attachmentSet/state"),
        ("attachment.vpc-id", "attachmentSet/vpcId"),
        ("internet-gateway-id", "internetGatewayId"),
        ("owner-id", "ownerId"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
    ],
    page: 1000,
    all: |account| {
        let topology = topology(account);
        each(account, InternetGateway::NAME, |state, id, item| {
            let vpc = topology.gateways.get(id).into_iter();
            let attachments = vpc.map(|vpc| json!({"state": "available", "vpcId": vpc}));
            json!({
                "internetGatewayId": id,
                "ownerId": ACCOUNT,
                "attachmentSet": attachments.collect::<Vec<_>>(),
                "tagSet": tags(state, id, item),
            })
        })
    },
};

pub(super) static EGRESS_ONLY_GATEWAYS: Listing = Listing {
    action: "DescribeEgressOnlyInternetGateways",
    set: "egressOnlyInternetGatewaySet",
    ids: &[("EgressOnlyInternetGatewayId", "egressOnlyInternetGatewayId")],
    prefix: "eigw-",
    code: "InvalidEgressOnlyInternetGatewayId",
    missing: "The egressOnlyInternetGateway ID '{}' does not exist",
    filters: &[("tag-key", "tagSet/key"), ("tag-value", "tagSet/value")],
    page: 255,
    all: |account| {
        each(
            account,
            EgressOnlyInternetGateway::NAME,
            |state, id, item| {
                json!({
                    "egressOnlyInternetGatewayId": id,
                    "attachmentSet": [{"state": "attached", "vpcId": item.properties["VpcId"]}],
                    "tagSet": tags(state, id, item),
                })
            },
        )
    },
};

pub(super) static NAT_GATEWAYS: Listing = Listing {
    action: "DescribeNatGateways",
    set: "natGatewaySet",
    ids: &[("NatGatewayId", "natGatewayId")],
    prefix: "nat-",
    code: "NatGateway",
    missing: "The Nat Gateway {} was not found",
    filters: &[
        ("nat-gateway-id", "natGatewayId"),
        ("state", "state"),
        ("subnet-id", "subnetId"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
    all: nat_gateways,
};

fn nat_gateways(account: &Account) -> Vec<Value> {
    let topology = topology(account);
    each(account, NatGateway::NAME, |state, id, item| {
        let owner = Owner::NatGateway(id.to_owned());
        let interface = state.interfaces.of(&owner).next();
        let addresses = interface.map(|interface| address(item, interface));
        json!({
            "natGatewayId": id,
            "state": "available",
            "connectivityType": item.properties["ConnectivityType"].as_str().unwrap_or("public"),
            "availabilityMode": item.properties["AvailabilityMode"].as_str().unwrap_or("zonal"),
            "createTime": interface.map_or_else(now, |interface| interface.attached.clone()),
            "subnetId": item.properties["SubnetId"],
            "vpcId": topology.nats.get(id).map(|nat| &nat.vpc),
            "natGatewayAddressSet": addresses.into_iter().collect::<Vec<_>>(),
            "tagSet": tags(state, id, item),
        })
    })
}

fn address(item: &Item, interface: &Interface) -> Value {
    let properties: NatGatewayProperties = item.read();
    json!({
        "allocationId": properties.allocation_id,
        "networkInterfaceId": interface.id,
        "privateIp": interface.private_ip,
        "publicIp": interface.public_ip,
        "isPrimary": true,
        "status": "succeeded",
    })
}

pub(super) static FLOW_LOGS: Listing = Listing {
    action: "DescribeFlowLogs",
    set: "flowLogSet",
    ids: &[("FlowLogId", "flowLogId")],
    prefix: "fl-",
    code: "InvalidFlowLogId",
    missing: "These flow log ids in the input list are not found: [{}]",
    filters: &[
        ("deliver-log-status", "deliverLogsStatus"),
        ("log-destination-type", "logDestinationType"),
        ("flow-log-id", "flowLogId"),
        ("log-group-name", "logGroupName"),
        ("resource-id", "resourceId"),
        ("traffic-type", "trafficType"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
    ],
    page: 1000,
    all: |account| {
        each(account, FlowLog::NAME, |state, id, item| {
            let given = &item.properties;
            json!({
                "flowLogId": id,
                "flowLogStatus": "ACTIVE",
                "deliverLogsStatus": "SUCCESS",
                "resourceId": given["ResourceId"],
                "trafficType": given["TrafficType"],
                "logDestinationType": given["LogDestinationType"].as_str().unwrap_or("cloud-watch-logs"),
                "logDestination": given["LogDestination"],
                "logGroupName": given["LogGroupName"],
                "deliverLogsPermissionArn": given["DeliverLogsPermissionArn"],
                "logFormat": given["LogFormat"],
                "tagSet": tags(state, id, item),
            })
        })
    },
};
