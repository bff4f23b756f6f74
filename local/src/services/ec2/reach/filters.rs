//! Security groups and network ACLs.

use std::net::Ipv4Addr;

use super::Blocked;
use super::walk::{Client, Walk};
use crate::services::ec2::interfaces::Interface;
use crate::services::ec2::topology::{Direction, Peer};

/// The other side, as the filters of one side see it.
#[derive(Clone, Copy)]
pub(super) struct Other<'a> {
    pub(super) address: Ipv4Addr,
    /// Its security groups, if it is in the same VPC.
    pub(super) groups: &'a [String],
    /// The prefix list or the block that a rule for it would name, if there is one.
    pub(super) called: &'a str,
}

impl<'a> Other<'a> {
    pub(super) fn interface(interface: &'a Interface) -> Self {
        Self {
            address: interface.private_ip,
            groups: &interface.groups,
            called: "",
        }
    }
}

/// Checks that a security group of the interface has a rule for the other side.
pub(super) fn group(
    walk: &mut Walk<'_>,
    interface: &Interface,
    direction: Direction,
    other: Other<'_>,
) -> Result<(), Blocked> {
    let port = walk.port;
    let (lets, _) = words(direction);
    for id in &interface.groups {
        let rules = walk
            .topology
            .groups
            .get(id)
            .map(|group| group.rules(direction));
        let rule = rules
            .into_iter()
            .flatten()
            .find(|rule| rule.ports.admit(port) && admits(walk, &rule.peer, other));
        if let Some(rule) = rule {
            let peer = shown(walk, &rule.peer);
            let group = walk.name(id);
            walk.pass(format!(
                "Security group {group} lets {} {lets} {peer}.",
                rule.ports
            ));
            return Ok(());
        }
    }
    let named = if other.groups.is_empty() {
        match other.called {
            "" => other.address.to_string(),
            called => walk.name(called),
        }
    } else {
        walk.names(other.groups)
    };
    Err(no_rule(walk, interface, direction, &named))
}

/// An interface whose security groups have no rule for the other side.
pub(super) fn no_rule(
    walk: &Walk<'_>,
    interface: &Interface,
    direction: Direction,
    named: &str,
) -> Blocked {
    let port = walk.port;
    let (lets, noun) = words(direction);
    let groups = walk.names(&interface.groups);
    let first = interface.groups.first().map_or("", String::as_str);
    let target = if first.is_empty() {
        "a security group of the interface".to_owned()
    } else {
        format!("security group {}", walk.name(first))
    };
    walk.stopped(
        first,
        format!("Security group {groups} does not let TCP {port} {lets} {named}."),
        format!(
            "Add an {noun} rule for TCP {port} {} {named} to {target}.",
            preposition(direction)
        ),
    )
}

fn words(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::In => ("in from", "inbound"),
        Direction::Out => ("out to", "outbound"),
    }
}

fn preposition(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "from",
        Direction::Out => "to",
    }
}

fn admits(walk: &Walk<'_>, peer: &Peer, other: Other<'_>) -> bool {
    match peer {
        Peer::Block(block) => block.has(other.address),
        Peer::Group(group) => other.groups.contains(group),
        Peer::PrefixList(id) => walk
            .topology
            .prefix_list(id)
            .is_some_and(|list| list.blocks.iter().any(|block| block.has(other.address))),
        Peer::Ipv6(_) => false,
    }
}

fn shown(walk: &Walk<'_>, peer: &Peer) -> String {
    match peer {
        Peer::Block(block) => block.to_string(),
        Peer::Group(id) | Peer::PrefixList(id) => walk.name(id),
        Peer::Ipv6(block) => block.clone(),
    }
}

/// Checks that the network ACL of a subnet lets the connection in or out.
pub(super) fn acl(
    walk: &mut Walk<'_>,
    subnet: &str,
    direction: Direction,
    peer: Ipv4Addr,
) -> Result<(), Blocked> {
    let port = walk.port;
    decide(
        walk,
        subnet,
        direction,
        peer,
        &[port],
        &format!("TCP {port}"),
    )
}

/// Checks that the network ACL of a subnet lets the response in or out. It keeps no state, so it must
/// let through every port from which the client may have connected.
pub(super) fn acl_of_response(
    walk: &mut Walk<'_>,
    subnet: &str,
    direction: Direction,
    peer: Ipv4Addr,
    client: Client,
) -> Result<(), Blocked> {
    let range = format!("the response to TCP {}", client.range());
    decide(walk, subnet, direction, peer, &client.ports(), &range)
}

fn decide(
    walk: &mut Walk<'_>,
    subnet: &str,
    direction: Direction,
    peer: Ipv4Addr,
    ports: &[u16],
    what: &str,
) -> Result<(), Blocked> {
    let Some(id) = walk
        .topology
        .subnets
        .get(subnet)
        .map(|subnet| subnet.acl.clone())
    else {
        return Err(gone(walk, subnet));
    };
    let way = match direction {
        Direction::In => "into",
        Direction::Out => "out of",
    };
    let acl = walk.topology.acls.get(&id);
    for port in ports {
        let entry = acl.and_then(|acl| acl.decide(direction, peer, *port));
        if entry.is_none_or(|entry| !entry.allows) {
            let (name, subnet) = (walk.name(&id), walk.name(subnet));
            let by = entry.map_or_else(
                || "no rule allows it".to_owned(),
                |entry| format!("rule {} denies it", entry.number),
            );
            return Err(walk.stopped(
                &id,
                format!("Network ACL {name} does not let {what} {way} {subnet}: {by}."),
                format!("Add a rule to network ACL {name} that allows {what} {way} {subnet}."),
            ));
        }
    }
    let name = walk.name(&id);
    // The default network ACL lets everything through. It is worth no line.
    if !walk.topology.vpcs.values().any(|vpc| vpc.default_acl == id) {
        walk.pass(format!(
            "Network ACL {name} lets {what} {way} {}.",
            walk.name(subnet)
        ));
    }
    Ok(())
}

/// A subnet that no longer exists.
pub(super) fn gone(walk: &Walk<'_>, subnet: &str) -> Blocked {
    walk.stopped(
        subnet,
        format!("Subnet {subnet} no longer exists."),
        "Deploy the network again.".to_owned(),
    )
}
