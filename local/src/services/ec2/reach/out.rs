//! A connection from an interface to a public address.

use std::net::Ipv4Addr;

use super::Blocked;
use super::filters::{Other, acl, acl_of_response, gone, group};
use super::internet::{ANYWHERE, no_gateway};
use super::walk::{Client, Walk};
use crate::services::ec2::interfaces::Interface;
use crate::services::ec2::topology::{Direction, Nat, Target};

pub(super) fn to_internet(walk: &mut Walk<'_>, from: &Interface) -> Result<(), Blocked> {
    let other = Other {
        address: ANYWHERE,
        groups: &[],
        called: "0.0.0.0/0",
    };
    to_address(walk, from, other)
}

/// A connection to a public address; `other` says how a rule calls it.
pub(super) fn to_address(
    walk: &mut Walk<'_>,
    from: &Interface,
    other: Other<'_>,
) -> Result<(), Blocked> {
    let address = other.address;
    group(walk, from, Direction::Out, other)?;
    acl(walk, &from.subnet, Direction::Out, address)?;
    match target(walk, &from.subnet, address)? {
        Target::Endpoint(id) => through_endpoint(walk, &id),
        Target::Gateway(id) => through_gateway(walk, &id, from)?,
        Target::Nat(id) => through_nat(walk, &id, from, address)?,
        Target::Local | Target::EgressOnly(_) | Target::Other(_) => {
            return Err(no_route(walk, &from.subnet));
        }
    }
    acl_of_response(walk, &from.subnet, Direction::In, address, Client::of(from))
}

/// Where the route table of a subnet sends an address.
fn target(walk: &mut Walk<'_>, subnet: &str, address: Ipv4Addr) -> Result<Target, Blocked> {
    let topology = walk.topology;
    let own = topology
        .subnets
        .get(subnet)
        .ok_or_else(|| gone(walk, subnet))?;
    let table = topology.tables.get(&own.table);
    let route = table.and_then(|table| table.route(&topology.prefix_lists, address));
    let Some(route) = route else {
        return Err(no_route(walk, subnet));
    };
    let (table, subnet) = (walk.name(&own.table), walk.name(subnet));
    let to = match &route.via {
        Target::Endpoint(id)
        | Target::Nat(id)
        | Target::Gateway(id)
        | Target::EgressOnly(id)
        | Target::Other(id) => walk.name(id),
        Target::Local => "the VPC itself".to_owned(),
    };
    walk.pass(format!("Route table {table} of {subnet} sends it to {to}."));
    Ok(route.via.clone())
}

fn no_route(walk: &Walk<'_>, subnet: &str) -> Blocked {
    let own = walk.topology.subnets.get(subnet);
    let table = own.map_or("", |own| own.table.as_str());
    let (name, subnet) = (walk.name(table), walk.name(subnet));
    walk.stopped(
        table,
        format!("Route table {name} of {subnet} has no route to the internet."),
        format!("Add a route for 0.0.0.0/0 to a NAT gateway to route table {name}, or an endpoint of the service to the VPC."),
    )
}

fn through_endpoint(walk: &mut Walk<'_>, id: &str) {
    walk.through(id);
    walk.pass(format!(
        "Gateway endpoint {} leads to the service.",
        walk.name(id)
    ));
}

fn through_gateway(walk: &mut Walk<'_>, id: &str, from: &Interface) -> Result<(), Blocked> {
    check_attached(walk, id, &from.vpc)?;
    if from.public_ip.is_none() {
        return Err(walk.stopped(
            &from.id,
            format!(
                "{} has no public address, and internet gateway {} needs one.",
                from.description,
                walk.name(id)
            ),
            "Set AssignPublicIp to ENABLED, or use private subnets with a NAT gateway.".to_owned(),
        ));
    }
    walk.pass(format!(
        "Internet gateway {} leads to the internet.",
        walk.name(id)
    ));
    Ok(())
}

fn check_attached(walk: &Walk<'_>, gateway: &str, vpc: &str) -> Result<(), Blocked> {
    if walk
        .topology
        .gateways
        .get(gateway)
        .is_some_and(|own| own == vpc)
    {
        return Ok(());
    }
    Err(no_gateway(walk, vpc))
}

fn through_nat(
    walk: &mut Walk<'_>,
    id: &str,
    from: &Interface,
    address: Ipv4Addr,
) -> Result<(), Blocked> {
    let name = walk.name(id);
    let Some(nat) = walk.topology.nats.get(id).filter(|nat| nat.vpc == from.vpc) else {
        return Err(walk.stopped(
            id,
            format!("NAT gateway {name} does not exist in this VPC: the route is a blackhole."),
            "Point the route to a NAT gateway of this VPC.".to_owned(),
        ));
    };
    if !nat.is_public {
        return Err(walk.stopped(
            id,
            format!("NAT gateway {name} is private: it does not lead to the internet."),
            "Use a public NAT gateway (ConnectivityType: public) with an Elastic IP.".to_owned(),
        ));
    }
    let Nat {
        subnet: Some(subnet),
        vpc,
        ..
    } = nat
    else {
        let attached = walk.topology.gateways.values().any(|own| *own == nat.vpc);
        if !attached {
            return Err(no_gateway(walk, &nat.vpc));
        }
        walk.pass(format!(
            "Regional NAT gateway {name} leads to the internet."
        ));
        return Ok(());
    };
    in_and_out_of_nat(walk, subnet, from, address)?;
    let Target::Gateway(gateway) = target(walk, subnet, address)? else {
        let place = walk.name(subnet);
        return Err(walk.stopped(
            id,
            format!("NAT gateway {name} is in the private subnet {place}, which has no route to an internet gateway."),
            format!("Put NAT gateway {name} into a public subnet."),
        ));
    };
    check_attached(walk, &gateway, vpc)?;
    walk.pass(format!("NAT gateway {name} leads to the internet."));
    Ok(())
}

/// The network ACLs of the subnet of a NAT gateway: from the sender, to the internet, and back.
fn in_and_out_of_nat(
    walk: &mut Walk<'_>,
    subnet: &str,
    from: &Interface,
    address: Ipv4Addr,
) -> Result<(), Blocked> {
    let crosses = subnet != from.subnet;
    if crosses {
        acl(walk, subnet, Direction::In, from.private_ip)?;
    }
    acl(walk, subnet, Direction::Out, address)?;
    acl_of_response(walk, subnet, Direction::In, address, Client::Aws)?;
    if crosses {
        let client = Client::of(from);
        acl_of_response(walk, subnet, Direction::Out, from.private_ip, client)?;
    }
    Ok(())
}
