//! `AWS::EC2::Subnet`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::network::{check_ids, check_unused, refused};
use super::subnet_cidr_block::{SubnetCidrBlock, SubnetCidrBlockProperties};
use super::vpc::{block, blocks};
use super::zones::{zone_id, zones};
use crate::account::{Item, State};
use crate::aws::{Block, Block6, ec2_id};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Subnet;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SubnetProperties {
    pub(super) assign_ipv6_address_on_creation: Option<bool>,
    pub(super) availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    pub(super) cidr_block: Option<String>,
    pub(super) ipv6_cidr_block: Option<String>,
    pub(super) map_public_ip_on_launch: Option<bool>,
    pub(super) vpc_id: String,
}

impl ResourceType for Subnet {
    const NAME: &'static str = "AWS::EC2::Subnet";
    const SCHEMA: &'static str = include_str!("subnet.json");
    type Properties = SubnetProperties;

    /// Public addresses are a second call, whose effect CloudFormation waits for. A load balancer or a
    /// NAT gateway in such a subnet therefore begins when the internet gateway is attached, as in the
    /// templates of AWS's documentation, whose load balancers do not depend on the attachment.
    fn usual_duration(properties: &Value) -> Duration {
        let public = &properties["MapPublicIpOnLaunch"];
        let is_public = *public == true || *public == "true";
        Duration::from_secs(if is_public { 11 } else { 3 })
    }

    async fn create(request: &Request, properties: &SubnetProperties) -> Result<Made, String> {
        let region = &request.account.region;
        let zones = zones(region);
        request
            .account
            .read(|state| check(state, &zones, properties))?;
        let id = ec2_id("subnet");
        let index = zone_index(region, &zones, properties).unwrap_or(0);
        let zone = &zones[index];
        let attributes = json!({
            "SubnetId": id,
            "VpcId": properties.vpc_id,
            "CidrBlock": properties.cidr_block,
            "AvailabilityZone": zone,
            "AvailabilityZoneId": zone_id(region, index),
            "NetworkAclAssociationId": ec2_id("aclassoc"),
            "Ipv6CidrBlocks": properties.ipv6_cidr_block.iter().collect::<Vec<_>>(),
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
    if !blocks(state, vpc).iter().any(|whole| whole.contains(own)) {
        return refused(&format!("The CIDR '{shown}' is invalid."));
    }
    if blocks_in(state, vpc).any(|other| other.overlaps(own)) {
        return refused(&format!("The CIDR '{shown}' conflicts with another subnet"));
    }
    let ipv6 = properties.ipv6_cidr_block.as_deref();
    ipv6.map_or(Ok(()), |given| check_ipv6(state, vpc, given))
}

/// Checks that an IPv6 block for a subnet is one of its VPC, and that no other subnet has it.
///
/// # Errors
/// EC2's message: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>,
/// `InvalidSubnet.Range` and `InvalidSubnet.Conflict`.
pub(super) fn check_ipv6(state: &State, vpc: &str, given: &str) -> Result<(), String> {
    let whole = state.inventory.get_of("AWS::EC2::VPC", vpc);
    let whole = whole.and_then(|vpc| vpc.attributes.get("Ipv6CidrBlocks"));
    let whole = whole.and_then(Value::as_array).into_iter().flatten();
    let mut whole = whole.filter_map(|block| Block6::parse(block.as_str()?));
    let own = Block6::parse(given);
    let Some(own) = own.filter(|own| whole.any(|whole| whole.contains(*own))) else {
        return refused(&format!("The CIDR '{given}' is invalid."));
    };
    let subnets = state.inventory.of_type(Subnet::NAME);
    let subnets = subnets.filter(|(_, item)| item.read::<SubnetProperties>().vpc_id == vpc);
    let mut others = subnets.flat_map(|(id, _)| ipv6_blocks(state, id));
    if others.any(|other| other.overlaps(own)) {
        return refused(&format!("The CIDR '{given}' conflicts with another subnet"));
    }
    Ok(())
}

/// The IPv6 blocks of a subnet: its own, and those that are associated with it later.
pub(super) fn ipv6_blocks(state: &State, id: &str) -> Vec<Block6> {
    let subnet = state.inventory.get_of(Subnet::NAME, id);
    let own = subnet.and_then(|subnet| subnet.read::<SubnetProperties>().ipv6_cidr_block);
    let later = state.inventory.of_type(SubnetCidrBlock::NAME);
    let later = later.map(|(_, item)| item.read::<SubnetCidrBlockProperties>());
    let later = later.filter(|block| block.subnet_id == id);
    let all = own
        .into_iter()
        .chain(later.filter_map(|block| block.ipv6_cidr_block));
    all.filter_map(|block| Block6::parse(&block)).collect()
}

/// The address blocks of a VPC's subnets.
fn blocks_in(state: &State, vpc: &str) -> impl Iterator<Item = Block> {
    let subnets = state.inventory.of_type(Subnet::NAME);
    subnets.filter_map(move |(_, item)| {
        let subnet: SubnetProperties = item.read();
        let is_in_vpc = subnet.vpc_id == vpc;
        Block::around(&subnet.cidr_block.filter(|_| is_in_vpc)?)
    })
}

/// Which zone of the region the subnet is in, if the properties name one that exists.
fn zone_index(region: &str, zones: &[String], properties: &SubnetProperties) -> Option<usize> {
    let by_id = properties
        .availability_zone_id
        .as_deref()
        .and_then(|id| (0..zones.len()).find(|index| zone_id(region, *index) == id));
    let name = properties.availability_zone.as_ref();
    by_id.or_else(|| zones.iter().position(|zone| Some(zone) == name))
}

/// The availability zone of a subnet.
pub(super) fn zone_of(subnet: &Item) -> &str {
    subnet.attribute("AvailabilityZone")
}

/// The VPC of the subnet with this id.
pub(crate) fn vpc_of(state: &State, subnet: &str) -> Option<String> {
    let properties: SubnetProperties = state.inventory.get(subnet)?.read();
    Some(properties.vpc_id)
}
