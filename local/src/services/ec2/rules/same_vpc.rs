//! Which VPC a part of the network is in, and whether a part exists.

use serde_json::Value;

use super::super::vpc::main_table;
use crate::resources::subject::{Subject, text};

/// EC2's name for an id, and the type that it belongs to.
pub(super) struct Kind {
    resource_type: &'static str,
    noun: &'static str,
    prefix: &'static str,
}

pub(super) const VPC: Kind = kind("AWS::EC2::VPC", "vpc ID", "vpc");
pub(super) const SUBNET: Kind = kind("AWS::EC2::Subnet", "subnet ID", "subnet");
pub(super) const ROUTE_TABLE: Kind = kind("AWS::EC2::RouteTable", "routeTable ID", "rtb");
pub(super) const INTERNET_GATEWAY: Kind =
    kind("AWS::EC2::InternetGateway", "internetGateway ID", "igw");
pub(super) const NAT_GATEWAY: Kind = kind("AWS::EC2::NatGateway", "NatGateway ID", "nat");
pub(super) const GROUP: Kind = kind("AWS::EC2::SecurityGroup", "security group", "sg");

const fn kind(resource_type: &'static str, noun: &'static str, prefix: &'static str) -> Kind {
    Kind {
        resource_type,
        noun,
        prefix,
    }
}

/// Checks that the resource with this id exists.
///
/// # Errors
/// EC2's sentence for an id of another kind, or one that does not exist.
pub(super) fn exists(subject: &Subject<'_>, kind: &Kind, id: &str) -> Result<(), String> {
    let Kind { noun, prefix, .. } = kind;
    if !id
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.starts_with('-'))
    {
        return Err(format!("Invalid id: \"{id}\" (expecting \"{prefix}-...\")"));
    }
    if subject.find(kind.resource_type, id).is_some() || vpc_with(subject, kind, id).is_some() {
        return Ok(());
    }
    Err(format!("The {noun} '{id}' does not exist"))
}

/// Checks that the id in a property is given, and exists.
///
/// # Errors
/// EC2's sentence.
pub(super) fn given(subject: &Subject<'_>, kind: &Kind, property: &str) -> Result<(), String> {
    let id = subject.text(property);
    let id = id.ok_or_else(|| format!("The request must contain the parameter {property}"))?;
    exists(subject, kind, id)
}

/// The VPC of a subnet, route table or security group.
pub(super) fn vpc_of<'a>(subject: &Subject<'a>, kind: &Kind, id: &str) -> Option<&'a str> {
    match subject.find(kind.resource_type, id) {
        Some(item) => text(&item.properties, "VpcId"),
        None => vpc_with(subject, kind, id),
    }
}

/// The VPC that was made with this group or route table: they have no resources of their own.
fn vpc_with<'a>(subject: &Subject<'a>, kind: &Kind, id: &str) -> Option<&'a str> {
    let mut vpcs = subject.state.inventory.of_type(VPC.resource_type);
    let found = vpcs.find(|(vpc, item)| match kind.prefix {
        "sg" => item.attribute("DefaultSecurityGroup") == id,
        "rtb" => main_table(vpc, item) == id,
        _ => false,
    });
    found.map(|(vpc, _)| vpc)
}

/// A flag of a VPC that is on unless it is turned off (`EnableDnsSupport`).
pub(super) fn flag(properties: &Value, name: &str, default: bool) -> bool {
    properties
        .get(name)
        .and_then(Value::as_bool)
        .unwrap_or(default)
}

/// The VPC that an internet gateway is attached to.
pub(super) fn attached_to<'a>(subject: &Subject<'a>, gateway: &str) -> Option<&'a str> {
    let mut attachments = subject
        .state
        .inventory
        .of_type("AWS::EC2::VPCGatewayAttachment");
    let found =
        attachments.find(|(_, item)| text(&item.properties, "InternetGatewayId") == Some(gateway));
    text(&found?.1.properties, "VpcId")
}
