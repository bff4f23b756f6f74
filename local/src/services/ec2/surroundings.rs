//! What AWS has in the network around a task: the router of its subnet, and the resolver of its VPC.

use std::net::Ipv4Addr;

use super::subnet::SubnetProperties;
use super::vpc::VpcProperties;
use super::{Interface, Subnet, Vpc};
use crate::account::State;
use crate::aws::Block;
use crate::resources::ResourceType as _;

pub(crate) struct Surroundings {
    /// The block of the subnet.
    pub(crate) block: String,
    /// The address of the router in the subnet, with the size of the block.
    pub(crate) router: String,
    pub(crate) resolver: Ipv4Addr,
}

/// The surroundings of an interface
/// (<https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>).
pub(crate) fn surroundings(state: &State, interface: &Interface) -> Option<Surroundings> {
    let subnet = state.inventory.get_of(Subnet::NAME, &interface.subnet)?;
    let text = subnet.read::<SubnetProperties>().cidr_block?;
    let vpc = state.inventory.get_of(Vpc::NAME, &interface.vpc)?;
    let network = Block::parse(&vpc.read::<VpcProperties>().cidr_block?).ok()?;
    let block = Block::parse(&text).ok()?;
    Some(Surroundings {
        router: format!("{}/{}", block.nth(1)?, block.prefix()),
        resolver: network.nth(2)?,
        block: text,
    })
}
