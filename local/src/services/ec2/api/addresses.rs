//! `DescribeAddresses`.

use serde_json::json;

use super::listing::{Listing, each, tags};
use crate::aws::ACCOUNT;
use crate::resources::ResourceType as _;
use crate::services::ec2::ElasticIp;

pub(super) static ADDRESSES: Listing = Listing {
    action: "DescribeAddresses",
    set: "addressesSet",
    ids: &[("AllocationId", "allocationId"), ("PublicIp", "publicIp")],
    prefix: "eipalloc-",
    code: "InvalidAllocationID",
    missing: "The allocation ID '{}' does not exist",
    filters: &[
        ("allocation-id", "allocationId"),
        ("association-id", "associationId"),
        ("domain", "domain"),
        ("instance-id", "instanceId"),
        ("network-border-group", "networkBorderGroup"),
        ("network-interface-id", "networkInterfaceId"),
        ("network-interface-owner-id", "networkInterfaceOwnerId"),
        ("private-ip-address", "privateIpAddress"),
        ("public-ip", "publicIp"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
    ],
    page: 0,
    all: |account| {
        each(account, ElasticIp::NAME, |state, id, item| {
            let address = id.parse().ok();
            let mut interfaces = state.interfaces.all();
            let user = interfaces.find(|one| address.is_some() && one.public_ip == address);
            json!({
                "publicIp": id,
                "allocationId": item.attribute("AllocationId"),
                "domain": "vpc",
                "networkBorderGroup": account.region,
                "publicIpv4Pool": "amazon",
                "networkInterfaceId": user.map(|one| &one.id),
                "networkInterfaceOwnerId": user.map(|_| ACCOUNT),
                "privateIpAddress": user.map(|one| one.private_ip),
                "associationId": user.map(|one| one.id.replacen("eni-", "eipassoc-", 1)),
                "tagSet": tags(state, id, item),
            })
        })
    },
};
