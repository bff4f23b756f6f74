//! Network ACLs, and the subnets that use them.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Vpc;
use super::groups::{Direction, Ports};
use crate::account::State;
use crate::aws::{Block, Block6};
use crate::resources::ResourceType as _;
use crate::services::ec2::network_acl::NetworkAcl;
use crate::services::ec2::network_acl_entry::{NetworkAclEntry, NetworkAclEntryProperties};
use crate::services::ec2::subnet_network_acl_association::{
    SubnetNetworkAclAssociation, SubnetNetworkAclAssociationProperties,
};

/// A network ACL. What no entry allows is denied.
#[derive(Debug, Default)]
pub(crate) struct Acl {
    /// In the order of their numbers.
    pub(crate) entries: Vec<Entry>,
}

/// An entry of a network ACL.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) number: u32,
    pub(crate) direction: Direction,
    pub(crate) allows: bool,
    pub(crate) ports: Ports,
    /// None for IPv6.
    pub(crate) block: Option<Block>,
    /// None for IPv4.
    pub(crate) ipv6: Option<Block6>,
}

impl Acl {
    /// The entry that decides; None if no entry fits.
    pub(crate) fn decide(&self, direction: Direction, peer: Ipv4Addr, port: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| {
            entry.direction == direction
                && entry.ports.admit(port)
                && entry.block.is_some_and(|block| block.has(peer))
        })
    }

    /// The entry that decides over IPv6; None if no entry fits.
    pub(crate) fn decide_ipv6(
        &self,
        direction: Direction,
        peer: Ipv6Addr,
        port: u16,
    ) -> Option<&Entry> {
        self.entries.iter().find(|entry| {
            entry.direction == direction
                && entry.ports.admit(port)
                && entry.ipv6.is_some_and(|block| block.has(peer))
        })
    }
}

/// The network ACLs by id, and the ids of those that are associated with a subnet.
pub(super) fn acls(
    state: &State,
    vpcs: &BTreeMap<String, Vpc>,
) -> (BTreeMap<String, Acl>, HashMap<String, String>) {
    let defaults = vpcs.values().map(|vpc| {
        let entries = [Direction::In, Direction::Out].map(|direction| Entry {
            number: 100,
            direction,
            allows: true,
            ports: Ports::All,
            block: Block::around("0.0.0.0/0"),
            // The default ACL has such an entry of its own, number 101.
            ipv6: Block6::parse("::/0"),
        });
        (
            vpc.default_acl.clone(),
            Acl {
                entries: entries.into(),
            },
        )
    });
    let own = state.inventory.of_type(NetworkAcl::NAME);
    let own = own.map(|(id, _)| (id.to_owned(), Acl::default()));
    let mut acls: BTreeMap<String, Acl> = defaults.chain(own).collect();
    for (_, item) in state.inventory.of_type(NetworkAclEntry::NAME) {
        let properties: NetworkAclEntryProperties = item.read();
        if let Some(acl) = acls.get_mut(&properties.network_acl_id) {
            acl.entries.push(properties.entry());
        }
    }
    for acl in acls.values_mut() {
        acl.entries.sort_by_key(|entry| entry.number);
    }
    let associations = state.inventory.of_type(SubnetNetworkAclAssociation::NAME);
    let acl_of = associations.map(|(_, item)| {
        let association: SubnetNetworkAclAssociationProperties = item.read();
        (association.subnet_id, association.network_acl_id)
    });
    (acls, acl_of.collect())
}

impl NetworkAclEntryProperties {
    fn entry(&self) -> Entry {
        let range = self.port_range.as_ref();
        let protocol = self.protocol.to_string();
        Entry {
            number: self.rule_number,
            direction: if self.egress {
                Direction::Out
            } else {
                Direction::In
            },
            allows: self.rule_action.eq_ignore_ascii_case("allow"),
            ports: Ports::read(
                &protocol,
                range.and_then(|range| range.from),
                range.and_then(|range| range.to),
            ),
            block: self.cidr_block.as_deref().and_then(Block::around),
            ipv6: self.ipv6_cidr_block.as_deref().and_then(Block6::parse),
        }
    }
}
