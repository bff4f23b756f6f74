//! A connection from the internet over IPv6.

use std::net::Ipv6Addr;

use super::filters::{gone, no_rule};
use super::internet::no_gateway;
use super::walk::{Client, Walk};
use super::{Blocked, Path};
use crate::aws::Block6;
use crate::services::ec2::interfaces::Interface;
use crate::services::ec2::topology::{Direction, Peer, Target};

/// Any host of the internet: an address for documentation (RFC 3849).
const ANYWHERE: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

/// A connection from any client that the rules admit to an interface with an IPv6 address.
pub(super) fn inbound(walk: &Walk<'_>, to: &Interface) -> Result<Path, Blocked> {
    let mut first = None;
    for client in clients(walk, to) {
        let mut tried = walk.clone();
        match from(&mut tried, client, to) {
            Ok(()) => return Ok(tried.arrived()),
            Err(blocked) => first = first.or(Some(blocked)),
        }
    }
    Err(first.expect("at least one client was tried"))
}

/// The addresses of the clients to try: anywhere, and one in each block of a rule.
fn clients(walk: &Walk<'_>, to: &Interface) -> Vec<Ipv6Addr> {
    let blocks = blocks(walk, to).map(Block6::first);
    [ANYWHERE].into_iter().chain(blocks).collect()
}

/// The IPv6 blocks from which the security groups let the port in.
fn blocks<'a>(walk: &'a Walk<'_>, to: &'a Interface) -> impl Iterator<Item = Block6> {
    let groups = to.groups.iter();
    let groups = groups.filter_map(|id| walk.topology.groups.get(id));
    let rules = groups.flat_map(|group| group.rules(Direction::In));
    let rules = rules.filter(|rule| rule.ports.admit(walk.port));
    rules.flat_map(|rule| match &rule.peer {
        Peer::Ipv6(block) => Block6::parse(block).into_iter().collect(),
        Peer::PrefixList(id) => {
            let list = walk.topology.prefix_list(id);
            list.map(|list| list.ipv6.clone()).unwrap_or_default()
        }
        Peer::Block(_) | Peer::Group(_) => Vec::new(),
    })
}

fn from(walk: &mut Walk<'_>, client: Ipv6Addr, to: &Interface) -> Result<(), Blocked> {
    let topology = walk.topology;
    let mut gateways = topology.gateways.iter();
    let Some((gateway, _)) = gateways.find(|(_, vpc)| **vpc == to.vpc) else {
        return Err(no_gateway(walk, &to.vpc));
    };
    let gateway = walk.name(gateway);
    walk.pass(format!("Internet gateway {gateway} leads into the VPC."));
    let subnet = topology.subnets.get(&to.subnet);
    let subnet = subnet.ok_or_else(|| gone(walk, &to.subnet))?;
    let route = topology.tables.get(&subnet.table);
    let route = route.and_then(|table| table.route_ipv6(client));
    let (table, name) = (walk.name(&subnet.table), walk.name(&to.subnet));
    match route.map(|route| &route.via) {
        Some(Target::Gateway(via)) if topology.gateways.get(via) == Some(&to.vpc) => {
            walk.pass(format!(
                "Route table {table} of {name} leads back to the internet gateway over IPv6."
            ));
        }
        _ => {
            return Err(walk.stopped(
                &subnet.table,
                format!("Route table {table} of {name} has no IPv6 route to an internet gateway."),
                format!("Add a route for ::/0 to internet gateway {gateway} to it."),
            ));
        }
    }
    acl(walk, to, &subnet.acl, client)?;
    let block = blocks(walk, to).find(|block| block.has(client));
    let Some(block) = block else {
        return Err(no_rule(walk, to, Direction::In, "::/0"));
    };
    walk.pass(format!(
        "Its security groups let TCP {} in from {}/{}.",
        walk.port,
        block.first(),
        block.prefix()
    ));
    Ok(())
}

/// Checks that the network ACL lets the connection in and each response out.
fn acl(walk: &Walk<'_>, to: &Interface, id: &str, client: Ipv6Addr) -> Result<(), Blocked> {
    let acl = walk.topology.acls.get(id);
    let allows = |direction, port| {
        let entry = acl.and_then(|acl| acl.decide_ipv6(direction, client, port));
        entry.is_some_and(|entry| entry.allows)
    };
    let responses = Client::Internet.ports();
    let (name, subnet) = (walk.name(id), walk.name(&to.subnet));
    let what = if !allows(Direction::In, walk.port) {
        format!("TCP {} over IPv6 into {subnet}", walk.port)
    } else if !responses.iter().all(|port| allows(Direction::Out, *port)) {
        format!("the response over IPv6 out of {subnet}")
    } else {
        return Ok(());
    };
    Err(walk.stopped(
        id,
        format!("Network ACL {name} does not let {what}."),
        format!("Add a rule to network ACL {name} that allows {what}."),
    ))
}
