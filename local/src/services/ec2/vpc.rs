//! `AWS::EC2::VPC`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::network::{check_unused, refused};
use super::vpc_cidr_block::{VpcCidrBlock, VpcCidrBlockProperties};
use crate::account::{Item, State};
use crate::aws::{Block, ec2_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Vpc;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct VpcProperties {
    pub(super) cidr_block: Option<String>,
    pub(super) enable_dns_hostnames: Option<bool>,
    pub(super) enable_dns_support: Option<bool>,
    pub(super) instance_tenancy: Option<String>,
}

impl ResourceType for Vpc {
    const NAME: &'static str = "AWS::EC2::VPC";
    const SCHEMA: &'static str = include_str!("vpc.json");
    const USUAL_DURATION: Duration = Duration::from_secs(12);
    type Properties = VpcProperties;

    async fn create(_: &Request, properties: &VpcProperties) -> Result<Made, String> {
        let block = block(properties.cidr_block.as_deref())?;
        let id = ec2_id("vpc");
        let attributes = json!({
            "VpcId": id,
            "CidrBlock": block.to_string(),
            "CidrBlockAssociations": [ec2_id("vpc-cidr-assoc")],
            "DefaultNetworkAcl": ec2_id("acl"),
            "DefaultSecurityGroup": ec2_id("sg"),
            "Ipv6CidrBlocks": [],
            // No attribute of CloudFormation, but EC2 makes it with the VPC.
            "MainRouteTable": ec2_id("rtb"),
        });
        Ok(Made::new(id, attributes))
    }

    async fn delete(request: &Request, _: &VpcProperties) -> Result<(), String> {
        let id = &request.physical_id;
        request.account.read(|state| check_unused(state, "vpc", id))
    }
}

/// Reads the address block that a VPC or a subnet must have.
///
/// # Errors
/// EC2's message if it is missing or wrong.
pub(super) fn block(given: Option<&str>) -> Result<Block, String> {
    let Some(given) = given else {
        return refused(
            "Either CidrBlock or an IPAM pool must be given, and the local AWS has no IPAM",
        );
    };
    // EC2 clears the bits of hosts: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
    Block::around(given).map_or_else(
        || refused(&format!("Value ({given}) for parameter cidrBlock is invalid. This is not a valid CIDR block.")),
        Ok,
    )
}

/// The IPv4 blocks of the VPC with this id, those of `AWS::EC2::VPCCidrBlock` too.
pub(super) fn blocks(state: &State, vpc: &str) -> Vec<Block> {
    let own = state.inventory.get_of(Vpc::NAME, vpc);
    let own = own.and_then(|item| item.read::<VpcProperties>().cidr_block);
    let more = state.inventory.of_type(VpcCidrBlock::NAME);
    let more = more.filter_map(|(_, item)| {
        let properties: VpcCidrBlockProperties = item.read();
        properties.cidr_block.filter(|_| properties.vpc_id == vpc)
    });
    let texts = own.into_iter().chain(more);
    texts.filter_map(|text| Block::around(&text)).collect()
}

/// The main route table of a VPC. A VPC that an older version has saved has none of its own; its id
/// then ends as that of the VPC.
pub(super) fn main_table(id: &str, vpc: &Item) -> String {
    let known = vpc.attribute("MainRouteTable");
    if known.is_empty() {
        return id.replacen("vpc-", "rtb-", 1);
    }
    known.to_owned()
}

/// The default security group of the VPC with this id.
pub(super) fn default_group(state: &State, vpc: &str) -> Option<String> {
    let group = state.inventory.get_of(Vpc::NAME, vpc)?;
    let group = group.attribute("DefaultSecurityGroup");
    (!group.is_empty()).then(|| group.to_owned())
}

/// The ids and address blocks of all VPCs.
pub(crate) fn vpcs(state: &State) -> Vec<(String, Option<String>)> {
    let vpcs = state.inventory.of_type(Vpc::NAME);
    vpcs.map(|(id, item)| {
        let properties: VpcProperties = item.read();
        (id.to_owned(), properties.cidr_block)
    })
    .collect()
}
