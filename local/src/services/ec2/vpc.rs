//! `AWS::EC2::VPC`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::network::{check_unused, refused};
use crate::account::State;
use crate::aws::{Block, ec2_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Vpc;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct VpcProperties {
    pub(super) cidr_block: Option<String>,
}

impl ResourceType for Vpc {
    const NAME: &'static str = "AWS::EC2::VPC";
    const SCHEMA: &'static str = include_str!("vpc.json");
    const USUAL_DURATION: Duration = Duration::from_secs(12);
    type Properties = VpcProperties;

    async fn create(_: &Request, properties: &VpcProperties) -> Result<Made, String> {
        block(properties.cidr_block.as_deref())?;
        let id = ec2_id("vpc");
        let attributes = json!({
            "VpcId": id,
            "CidrBlock": properties.cidr_block,
            "CidrBlockAssociations": [ec2_id("vpc-cidr-assoc")],
            "DefaultNetworkAcl": ec2_id("acl"),
            "DefaultSecurityGroup": ec2_id("sg"),
            "Ipv6CidrBlocks": [],
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
    Block::parse(given).or_else(|sentence| refused(&sentence))
}

/// The address block of the VPC with this id.
pub(super) fn block_of(state: &State, vpc: &str) -> Option<Block> {
    let properties: VpcProperties = state.inventory.get(vpc)?.read();
    Block::parse(&properties.cidr_block?).ok()
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
