//! `DescribeSubnets`.

use serde_json::{Value, json};

use super::listing::{Listing, each, tags};
use crate::account::State;
use crate::aws::ACCOUNT;
use crate::resources::ResourceType as _;
use crate::services::ec2::Subnet;
use crate::services::ec2::interfaces::free_addresses;
use crate::services::ec2::subnet::{SubnetProperties, ipv6_blocks, zone_of};

pub(super) static SUBNETS: Listing = Listing {
    action: "DescribeSubnets",
    set: "subnetSet",
    ids: &[("SubnetId", "subnetId")],
    prefix: "subnet-",
    code: "InvalidSubnetID",
    missing: "The subnet ID '{}' does not exist",
    filters: &[
        ("availability-zone", "availabilityZone"),
        ("availabilityZone", "availabilityZone"),
        ("availability-zone-id", "availabilityZoneId"),
        ("available-ip-address-count", "availableIpAddressCount"),
        ("cidr-block", "cidrBlock"),
        ("cidr", "cidrBlock"),
        ("cidrBlock", "cidrBlock"),
        ("customer-owned-ipv4-pool", "customerOwnedIpv4Pool"),
        ("default-for-az", "defaultForAz"),
        ("enable-dns64", "enableDns64"),
        ("enable-lni-at-device-index", "enableLniAtDeviceIndex"),
        (
            "ipv6-cidr-block-association.ipv6-cidr-block",
            "ipv6CidrBlockAssociationSet/ipv6CidrBlock",
        ),
        (
            "ipv6-cidr-block-association.association-id",
            "ipv6CidrBlockAssociationSet/associationId",
        ),
        (
            "ipv6-cidr-block-association.state",
            "ipv6CidrBlockAssociationSet/ipv6CidrBlockState/state",
        ),
        ("ipv6-native", "ipv6Native"),
        (
            "map-customer-owned-ip-on-launch",
            "mapCustomerOwnedIpOnLaunch",
        ),
        ("map-public-ip-on-launch", "mapPublicIpOnLaunch"),
        ("outpost-arn", "outpostArn"),
        ("owner-id", "ownerId"),
        (
            "private-dns-name-options-on-launch.hostname-type",
            "privateDnsNameOptionsOnLaunch/hostnameType",
        ),
        (
            "private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
            "privateDnsNameOptionsOnLaunch/enableResourceNameDnsARecord",
        ),
        (
            "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
            "privateDnsNameOptionsOnLaunch/enableResourceNameDnsAAAARecord",
        ),
        ("state", "state"),
        ("subnet-arn", "subnetArn"),
        ("subnet-id", "subnetId"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
    all: |account| {
        each(account, Subnet::NAME, |state, id, item| {
            let properties: SubnetProperties = item.read();
            json!({
                "subnetId": id,
                "subnetArn": account.arn("ec2", &format!("subnet/{id}")),
                "vpcId": properties.vpc_id,
                "ownerId": ACCOUNT,
                "state": "available",
                "cidrBlock": properties.cidr_block,
                "availabilityZone": zone_of(item),
                "availabilityZoneId": item.attribute("AvailabilityZoneId"),
                "availableIpAddressCount": free_addresses(state, id),
                "mapPublicIpOnLaunch": properties.map_public_ip_on_launch.unwrap_or(false),
                "assignIpv6AddressOnCreation": properties.assign_ipv6_address_on_creation.unwrap_or(false),
                "defaultForAz": false,
                "enableDns64": false,
                "ipv6Native": false,
                "mapCustomerOwnedIpOnLaunch": false,
                "ipv6CidrBlockAssociationSet": ipv6(state, id),
                "privateDnsNameOptionsOnLaunch": {
                    "hostnameType": "ip-name",
                    "enableResourceNameDnsARecord": false,
                    "enableResourceNameDnsAAAARecord": false,
                },
                "tagSet": tags(state, id, item),
            })
        })
    },
};

fn ipv6(state: &State, id: &str) -> Vec<Value> {
    let blocks = ipv6_blocks(state, id).into_iter();
    let shown = blocks.map(|block| {
        json!({
            "associationId": id.replacen("subnet-", "subnet-cidr-assoc-", 1),
            "ipv6CidrBlock": format!("{}/{}", block.first(), block.prefix()),
            "ipv6CidrBlockState": {"state": "associated"},
        })
    });
    shown.collect()
}
