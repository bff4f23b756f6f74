//! A connection from the internet.

use std::net::Ipv4Addr;

use super::filters::{Other, acl, acl_of_response, gone, group};
use super::walk::{Client, Walk};
use super::{Blocked, Path, internet_ipv6};
use crate::services::ec2::interfaces::Interface;
use crate::services::ec2::topology::{Direction, Peer, Target};

/// Any host of the internet, unless a rule admits only some.
pub(crate) const ANYWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// A connection from any client that the rules admit. The browser of a developer counts as a client in
/// the block of a rule, because the template may name the address of an office.
pub(super) fn inbound(walk: &Walk<'_>, to: &Interface) -> Result<Path, Blocked> {
    let mut first = None;
    for client in clients(walk, to) {
        let mut tried = walk.clone();
        match from(&mut tried, client, to) {
            Ok(()) => return Ok(tried.arrived()),
            Err(blocked) => first = first.or(Some(blocked)),
        }
    }
    let over_ipv4 = first.expect("at least one client was tried");
    if to.ipv6.is_none() {
        return Err(over_ipv4);
    }
    // The name of a load balancer leads to both addresses, and a browser takes the one that answers.
    internet_ipv6::inbound(walk, to).map_err(|over_ipv6| match to.public_ip {
        Some(_) => over_ipv4,
        None => over_ipv6,
    })
}

/// The addresses of the clients to try: anywhere, and one in each public block of a rule.
fn clients(walk: &Walk<'_>, to: &Interface) -> Vec<Ipv4Addr> {
    let groups = to
        .groups
        .iter()
        .filter_map(|id| walk.topology.groups.get(id));
    let rules = groups.flat_map(|group| group.rules(Direction::In));
    let rules = rules.filter(|rule| rule.ports.admit(walk.port));
    let blocks = rules.flat_map(|rule| match &rule.peer {
        Peer::Block(block) => vec![*block],
        Peer::PrefixList(id) => walk.topology.own_blocks(id),
        Peer::Group(_) | Peer::Ipv6(_) => Vec::new(),
    });
    let addresses = blocks.filter_map(|block| block.nth(0));
    let public = addresses.filter(|address| !address.is_private() && !address.is_loopback());
    let named = public.filter(|address| !address.is_unspecified());
    [ANYWHERE].into_iter().chain(named).collect()
}

/// A connection from one client.
pub(super) fn from(walk: &mut Walk<'_>, client: Ipv4Addr, to: &Interface) -> Result<(), Blocked> {
    let id = to.id.as_str();
    if to.public_ip.is_none() {
        return Err(walk.stopped(
            id,
            format!("{} has no public address.", to.description),
            "Make the load balancer internet-facing, or give the task a public address (AssignPublicIp).".to_owned(),
        ));
    }
    let topology = walk.topology;
    let attached = topology.gateways.iter().find(|(_, vpc)| **vpc == to.vpc);
    let Some((gateway, _)) = attached else {
        return Err(no_gateway(walk, &to.vpc));
    };
    walk.pass(format!(
        "Internet gateway {} leads into the VPC.",
        walk.name(gateway)
    ));
    let subnet = topology.subnets.get(&to.subnet);
    let subnet = subnet.ok_or_else(|| gone(walk, &to.subnet))?;
    let route = topology.tables.get(&subnet.table);
    let route = route.and_then(|table| table.route(&topology.prefix_lists, client));
    let (table, name) = (walk.name(&subnet.table), walk.name(&to.subnet));
    match route.map(|route| &route.via) {
        Some(Target::Gateway(via)) if topology.gateways.get(via) == Some(&to.vpc) => {
            walk.pass(format!(
                "Route table {table} of {name} leads back to the internet gateway."
            ));
        }
        _ => {
            return Err(walk.stopped(
                &subnet.table,
                format!("Route table {table} of {name} has no route to an internet gateway: it is a private subnet."),
                format!("Add a route for 0.0.0.0/0 to internet gateway {} to it, or use public subnets.", walk.name(gateway)),
            ));
        }
    }
    acl(walk, &to.subnet, Direction::In, client)?;
    let called = if client == ANYWHERE { "0.0.0.0/0" } else { "" };
    let other = Other {
        address: client,
        groups: &[],
        called,
    };
    group(walk, to, Direction::In, other)?;
    acl_of_response(walk, &to.subnet, Direction::Out, client, Client::Internet)
}

/// A VPC without an internet gateway.
pub(super) fn no_gateway(walk: &Walk<'_>, vpc: &str) -> Blocked {
    let name = walk.name(vpc);
    walk.stopped(
        vpc,
        format!("No internet gateway is attached to VPC {name}."),
        format!("Attach an internet gateway to VPC {name} (AWS::EC2::VPCGatewayAttachment)."),
    )
}
