//! `DescribeVpcs` and `DescribeVpcAttribute`.

use serde_json::{Value, json};

use super::listing::{Listing, each, tags};
use crate::account::{Account, Item};
use crate::aws::{ACCOUNT, Answer, AwsError};
use crate::resources::ResourceType as _;
use crate::services::ec2::Vpc;
use crate::services::ec2::vpc::{VpcProperties, blocks};
use crate::services::ec2::vpc_dhcp_options_association::options_of;

pub(super) static VPCS: Listing = Listing {
    action: "DescribeVpcs",
    set: "vpcSet",
    ids: &[("VpcId", "vpcId")],
    prefix: "vpc-",
    code: "InvalidVpcID",
    missing: "The vpc ID '{}' does not exist",
    filters: &[
        ("cidr", "cidrBlock"),
        (
            "cidr-block-association.cidr-block",
            "cidrBlockAssociationSet/cidrBlock",
        ),
        (
            "cidr-block-association.association-id",
            "cidrBlockAssociationSet/associationId",
        ),
        (
            "cidr-block-association.state",
            "cidrBlockAssociationSet/cidrBlockState/state",
        ),
        ("dhcp-options-id", "dhcpOptionsId"),
        (
            "ipv6-cidr-block-association.ipv6-cidr-block",
            "ipv6CidrBlockAssociationSet/ipv6CidrBlock",
        ),
        (
            "ipv6-cidr-block-association.ipv6-pool",
            "ipv6CidrBlockAssociationSet/ipv6Pool",
        ),
        (
            "ipv6-cidr-block-association.association-id",
            "ipv6CidrBlockAssociationSet/associationId",
        ),
        (
            "ipv6-cidr-block-association.state",
            "ipv6CidrBlockAssociationSet/ipv6CidrBlockState/state",
        ),
        ("is-default", "isDefault"),
        // Older clients write it so.
        ("isDefault", "isDefault"),
        ("owner-id", "ownerId"),
        ("state", "state"),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
    all: |account| {
        each(account, Vpc::NAME, |state, id, item| {
            let properties: VpcProperties = item.read();
            let blocks = blocks(state, id);
            let associations: Vec<Value> = blocks
                .iter()
                .map(|block| {
                    json!({
                        "associationId": item.attributes["CidrBlockAssociations"][0],
                        "cidrBlock": block.to_string(),
                        "cidrBlockState": {"state": "associated"},
                    })
                })
                .collect();
            json!({
                "vpcId": id,
                "ownerId": ACCOUNT,
                "state": "available",
                "cidrBlock": properties.cidr_block,
                "cidrBlockAssociationSet": associations,
                "ipv6CidrBlockAssociationSet": ipv6(id, item),
                "dhcpOptionsId": options_of(state, id),
                "instanceTenancy": properties.instance_tenancy.as_deref().unwrap_or("default"),
                "isDefault": false,
                "tagSet": tags(state, id, item),
            })
        })
    },
};

fn ipv6(id: &str, item: &Item) -> Vec<Value> {
    let blocks = item
        .attributes
        .get("Ipv6CidrBlocks")
        .and_then(Value::as_array);
    let blocks = blocks.into_iter().flatten();
    blocks
        .map(|block| {
            json!({
                "associationId": id.replacen("vpc-", "vpc-cidr-assoc-", 1),
                "ipv6CidrBlock": block,
                "ipv6CidrBlockState": {"state": "associated"},
                "ipv6Pool": "Amazon",
            })
        })
        .collect()
}

/// `DescribeVpcAttribute`.
pub(super) fn attribute(account: &Account, input: &Value) -> Answer {
    let id = input["VpcId"].as_str().unwrap_or("");
    let found = account.read(|state| {
        let item = state.inventory.get_of(Vpc::NAME, id)?;
        Some(item.read::<VpcProperties>())
    });
    let properties = found.ok_or_else(|| VPCS.missing(id))?;
    let asked = input["Attribute"].as_str().unwrap_or("");
    let value = match asked {
        "enableDnsSupport" => properties.enable_dns_support.unwrap_or(true),
        "enableDnsHostnames" => properties.enable_dns_hostnames.unwrap_or(false),
        "enableNetworkAddressUsageMetrics" => false,
        other => {
            let sentence = format!(
                "Value ({other}) for parameter attribute is invalid. Unknown vpc attribute."
            );
            return Err(AwsError::new("InvalidParameterValue", sentence));
        }
    };
    Ok(json!({"vpcId": id, asked: {"value": value}}))
}
