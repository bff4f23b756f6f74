//! Whether a connection gets through the network: a pure function over the [`Topology`].
//!
//! It walks the same way as a packet, and the way back of the response, and stops at the first hop that
//! does not let it through.

mod filters;
mod internet;
mod internet_ipv6;
mod out;
mod service;
mod vpc;
mod walk;

#[cfg(test)]
mod tests;

use std::net::Ipv4Addr;

use self::filters::Other;
pub(crate) use self::internet::ANYWHERE;
use self::walk::Walk;
use super::interfaces::Interface;
use super::topology::{Direction, Topology};

/// One end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End<'a> {
    /// Any host outside of AWS that the rules admit.
    Internet,
    /// A host outside of AWS with this address.
    Client(Ipv4Addr),
    Interface(&'a Interface),
    /// An AWS service, by its name in an endpoint: `dynamodb`, `ssm`, `ecr.api`.
    Service(&'a str),
}

/// The way of a connection that gets through.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// Each hop in one sentence.
    pub(crate) hops: Vec<String>,
    /// The id of the VPC endpoint that it goes through.
    pub(crate) endpoint: Option<String>,
}

/// Where a connection is stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blocked {
    /// The hops before, each in one sentence.
    pub(crate) passed: Vec<String>,
    /// The id of the resource that stops it.
    pub(crate) resource: String,
    /// Why it is stopped, in one sentence.
    pub(crate) why: String,
    /// What would let it through, in one sentence.
    pub(crate) remedy: String,
}

/// Whether a TCP connection from one end reaches a port of the other.
///
/// # Errors
/// The hop that stops it.
pub(crate) fn reach(
    topology: &Topology,
    from: End<'_>,
    to: End<'_>,
    port: u16,
) -> Result<Path, Blocked> {
    let mut walk = Walk::new(topology, port);
    match (from, to) {
        (End::Internet, End::Interface(to)) => internet::inbound(&walk, to),
        (End::Client(address), End::Interface(to)) => {
            internet::from(&mut walk, address, to).map(|()| walk.arrived())
        }
        (End::Interface(from), End::Interface(to)) => {
            vpc::within(&mut walk, from, to).map(|()| walk.arrived())
        }
        (End::Interface(from), End::Internet | End::Client(_)) => {
            out::to_internet(&mut walk, from).map(|()| walk.arrived())
        }
        (End::Interface(from), End::Service(name)) => {
            service::to_service(&mut walk, from, name).map(|()| walk.arrived())
        }
        (End::Internet | End::Client(_), End::Internet | End::Client(_) | End::Service(_)) => {
            Ok(walk.arrived())
        }
        (End::Service(_), _) => Err(walk.stopped(
            "",
            "An AWS service opens no connection into a VPC.".to_owned(),
            "Choose a task, a load balancer or the internet as the start.".to_owned(),
        )),
    }
}

/// Whether a TCP connection from an interface reaches a port of a public address.
///
/// # Errors
/// The hop that stops it.
pub(crate) fn reach_address(
    topology: &Topology,
    from: &Interface,
    address: Ipv4Addr,
    port: u16,
) -> Result<(), Blocked> {
    let other = Other {
        address,
        groups: &[],
        called: "",
    };
    out::to_address(&mut Walk::new(topology, port), from, other)
}

/// Whether the security groups of an interface let a connection out to an address.
///
/// # Errors
/// The group that stops it.
pub(crate) fn leaves(
    topology: &Topology,
    from: &Interface,
    address: Ipv4Addr,
    port: u16,
) -> Result<(), Blocked> {
    let other = Other {
        address,
        groups: &[],
        called: "",
    };
    filters::group(&mut Walk::new(topology, port), from, Direction::Out, other)
}
