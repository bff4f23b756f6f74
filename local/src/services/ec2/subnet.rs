//! `AWS::EC2::Subnet`.

use serde::Deserialize;
use serde_json::json;

use super::network::{check_ids, check_unused, refused};
use super::vpc::{block, block_of};
use super::zones::zones;
use crate::account::State;
use crate::aws::{Block, ec2_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Subnet;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SubnetProperties {
    availability_zone: Option<String>,
    cidr_block: Option<String>,
    vpc_id: String,
}

impl ResourceType for Subnet {
    const NAME: &'static str = "AWS::EC2::Subnet";
    const SCHEMA: &'static str = include_str!("subnet.json");
    type Properties = SubnetProperties;

    async fn create(request: &Request, properties: &SubnetProperties) -> Result<Made, String> {
        let region = &request.account.region;
        let zones = zones(region);
        request
            .account
            .read(|state| check(state, &zones, properties))?;
        let id = ec2_id("subnet");
        let zone = properties.availability_zone.as_ref().unwrap_or(&zones[0]);
        let index = zones.iter().position(|known| known == zone);
        let number = index.expect("the check has found the zone") + 1;
        let attributes = json!({
            "SubnetId": id,
            "VpcId": properties.vpc_id,
            "CidrBlock": properties.cidr_block,
            "AvailabilityZone": zone,
            "AvailabilityZoneId": format!("{region}-az{number}"),
            "NetworkAclAssociationId": ec2_id("aclassoc"),
            "Ipv6CidrBlocks": [],
        });
        Ok(Made::new(id, attributes))
    }

    async fn delete(request: &Request, _: &SubnetProperties) -> Result<(), String> {
        let id = &request.physical_id;
        request
            .account
            .read(|state| check_unused(state, "subnet", id))
    }
}

fn check(state: &State, zones: &[String], properties: &SubnetProperties) -> Result<(), String> {
    check_ids(state, &[("VpcId", Some(properties.vpc_id.as_str()))])?;
    if let Some(zone) = &properties.availability_zone
        && !zones.contains(zone)
    {
        let known = zones.join(", ");
        return refused(&format!(
            "Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: {known}."
        ));
    }
    let own = block(properties.cidr_block.as_deref())?;
    let shown = properties.cidr_block.as_deref().unwrap_or("");
    let vpc = properties.vpc_id.as_str();
    if !block_of(state, vpc).is_some_and(|whole| whole.contains(own)) {
        return refused(&format!("The CIDR '{shown}' is invalid."));
    }
    if blocks_in(state, vpc).any(|other| other.overlaps(own)) {
        return refused(&format!("The CIDR '{shown}' conflicts with another subnet"));
    }
    Ok(())
}

/// The address blocks of a VPC's subnets.
fn blocks_in(state: &State, vpc: &str) -> impl Iterator<Item = Block> {
    let subnets = state.inventory.of_type(Subnet::NAME);
    subnets.filter_map(move |(_, item)| {
        let subnet: SubnetProperties = item.read();
        let is_in_vpc = subnet.vpc_id == vpc;
        Block::parse(&subnet.cidr_block.filter(|_| is_in_vpc)?).ok()
    })
}

/// The VPC of the subnet with this id.
pub(crate) fn vpc_of(state: &State, subnet: &str) -> Option<String> {
    let properties: SubnetProperties = state.inventory.get(subnet)?.read();
    Some(properties.vpc_id)
}
