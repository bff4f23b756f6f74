//! Rules for route tables, their subnets, and the destinations of their routes.

use super::super::vpc::blocks;
use super::same_vpc::{ROUTE_TABLE, SUBNET, VPC, given, vpc_of};
use crate::aws::Block;
use crate::resources::subject::{Subject, fail_if, text};

/// The properties that give a route its destination.
const DESTINATIONS: [&str; 3] = [
    "DestinationCidrBlock",
    "DestinationIpv6CidrBlock",
    "DestinationPrefixListId",
];

pub(super) fn table_vpc(subject: &Subject<'_>) -> Result<(), String> {
    given(subject, &VPC, "VpcId")
}

pub(super) fn table_quota(subject: &Subject<'_>) -> Result<(), String> {
    let vpc = subject.text("VpcId");
    let siblings = subject
        .others()
        .filter(|(_, other)| text(&other.properties, "VpcId") == vpc);
    let full = siblings.count() as u64 >= subject.quotas.get("route-tables-per-vpc");
    fail_if(subject.is_created() && full, || {
        "The maximum number of route tables has been reached.".into()
    })
}

pub(super) fn association_parts(subject: &Subject<'_>) -> Result<(), String> {
    given(subject, &ROUTE_TABLE, "RouteTableId")?;
    given(subject, &SUBNET, "SubnetId")
}

pub(super) fn association_vpc(subject: &Subject<'_>) -> Result<(), String> {
    let (Some(subnet), Some(table)) = (subject.text("SubnetId"), subject.text("RouteTableId"))
    else {
        return Ok(());
    };
    let apart = vpc_of(subject, &SUBNET, subnet) != vpc_of(subject, &ROUTE_TABLE, table);
    fail_if(apart, || {
        format!("Route table {table} and subnet {subnet} belong to different networks")
    })
}

pub(super) fn association_once(subject: &Subject<'_>) -> Result<(), String> {
    let subnet = subject.text("SubnetId");
    let mut others = subject.others();
    let taken = others.any(|(_, other)| text(&other.properties, "SubnetId") == subnet);
    fail_if(subject.is_created() && taken, || {
        let table = subject.text("RouteTableId").unwrap_or("");
        format!(
            "the specified association for route table {table} conflicts with an existing association"
        )
    })
}

pub(super) fn route_table(subject: &Subject<'_>) -> Result<(), String> {
    given(subject, &ROUTE_TABLE, "RouteTableId")
}

pub(super) fn route_destination(subject: &Subject<'_>) -> Result<(), String> {
    let given = DESTINATIONS.into_iter().filter(|name| subject.has(name));
    if given.count() != 1 {
        return Err("The request must contain exactly one of destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId".into());
    }
    let block = subject.text("DestinationCidrBlock");
    let wrong = block.filter(|block| Block::around(block).is_none());
    wrong.map_or(Ok(()), |block| {
        Err(format!(
            "Value ({block}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block."
        ))
    })
}

pub(super) fn route_outside(subject: &Subject<'_>) -> Result<(), String> {
    let table = subject.text("RouteTableId").unwrap_or("");
    let vpc = vpc_of(subject, &ROUTE_TABLE, table).unwrap_or("");
    let whole = blocks(subject.state, vpc);
    let given = subject.text("DestinationCidrBlock").unwrap_or("");
    let inside =
        Block::around(given).is_some_and(|own| whole.iter().any(|whole| whole.contains(own)));
    fail_if(inside, || {
        format!(
            "The destination CIDR block {given} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance."
        )
    })
}

pub(super) fn route_once(subject: &Subject<'_>) -> Result<(), String> {
    let named = |property| subject.text(property);
    let table = named("RouteTableId");
    let destination = DESTINATIONS.into_iter().find_map(named).unwrap_or("");
    let mut others = subject.others();
    let taken = others.any(|(_, other)| {
        let same = |name: &str| text(&other.properties, name) == Some(destination);
        text(&other.properties, "RouteTableId") == table && DESTINATIONS.into_iter().any(same)
    });
    fail_if(subject.is_created() && taken, || {
        format!("The route identified by {destination} already exists.")
    })
}

pub(super) fn route_quota(subject: &Subject<'_>) -> Result<(), String> {
    let table = subject.text("RouteTableId");
    let same = |other| text(other, "RouteTableId") == table;
    let siblings = subject
        .others()
        .filter(|(_, other)| same(&other.properties));
    let full = siblings.count() as u64 >= subject.quotas.get("routes-per-route-table");
    fail_if(subject.is_created() && full, || {
        "The maximum number of routes has been reached.".into()
    })
}
