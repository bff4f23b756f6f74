//! Network interfaces: each task, load balancer, NAT gateway and interface endpoint has its own, with
//! an address of its subnet.

mod addresses;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use self::addresses::{free_private, free_public, mac};
use super::subnet::{Subnet, SubnetProperties, ipv6_blocks, zone_of};
use super::vpc::default_group;
use crate::account::State;
use crate::aws::{AwsError, ec2_id, now};
use crate::resources::ResourceType as _;

/// The network interfaces of the account, by id.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Interfaces(BTreeMap<String, Interface>);

/// A network interface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Interface {
    /// `eni-…`
    pub(crate) id: String,
    pub(crate) attachment_id: String,
    pub(crate) owner: Owner,
    pub(crate) description: String,
    pub(crate) subnet: String,
    pub(crate) vpc: String,
    pub(crate) zone: String,
    pub(crate) groups: Vec<String>,
    pub(crate) private_ip: Ipv4Addr,
    pub(crate) public_ip: Option<Ipv4Addr>,
    #[serde(default)]
    pub(crate) ipv6: Option<Ipv6Addr>,
    pub(crate) mac: String,
    pub(crate) attached: String,
}

/// The resource that has a network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Owner {
    /// The id of a task.
    Task(String),
    /// The ARN of a load balancer.
    LoadBalancer(String),
    /// The id of a NAT gateway.
    NatGateway(String),
    /// The id of an interface endpoint.
    VpcEndpoint(String),
}

/// The network interface that a resource asks for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) owner: Owner,
    pub(crate) description: String,
    pub(crate) subnet: String,
    /// If empty, the interface gets the default security group of the VPC.
    pub(crate) groups: Vec<String>,
    pub(crate) public: Public,
    /// Whether it gets an address of the subnet's IPv6 block, too.
    pub(crate) ipv6: bool,
}

/// Whether an interface has a public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Public {
    No,
    /// An address that belongs to AWS and is released with the interface.
    Assigned,
    /// The address of an Elastic IP.
    Elastic(Ipv4Addr),
}

/// Makes a network interface and records it.
///
/// # Errors
/// EC2's error: the subnet or a security group does not exist, or the subnet has no free address.
pub(crate) fn attach(state: &mut State, wanted: Wanted) -> Result<Interface, AwsError> {
    let interface = plan(state, wanted)?;
    let all = &mut state.interfaces.0;
    all.insert(interface.id.clone(), interface.clone());
    Ok(interface)
}

/// The network interface that [`attach`] would make now.
///
/// # Errors
/// EC2's error, as of [`attach`].
pub(crate) fn plan(state: &State, wanted: Wanted) -> Result<Interface, AwsError> {
    let Some(subnet) = state.inventory.get_of(Subnet::NAME, &wanted.subnet) else {
        let sentence = format!("The subnet ID '{}' does not exist", wanted.subnet);
        return Err(AwsError::new("InvalidSubnetID.NotFound", sentence));
    };
    let properties: SubnetProperties = subnet.read();
    let groups = groups_or_default(state, &properties.vpc_id, wanted.groups)?;
    let block = properties.cidr_block.as_deref().unwrap_or("");
    let private_ip = free_private(block, |address| {
        state.interfaces.has_address(&wanted.subnet, address)
    });
    let private_ip = private_ip.ok_or_else(|| {
        AwsError::new(
            "InsufficientFreeAddressesInSubnet",
            "The specified subnet does not have enough free addresses to satisfy the request.",
        )
    })?;
    let ipv6 = ipv6_blocks(state, &wanted.subnet);
    let ipv6 = ipv6.first().filter(|_| wanted.ipv6);
    Ok(Interface {
        ipv6: ipv6.map(|block| block.at(rand::random())),
        id: ec2_id("eni"),
        attachment_id: ec2_id("eni-attach"),
        owner: wanted.owner,
        description: wanted.description,
        zone: zone_of(subnet).to_owned(),
        subnet: wanted.subnet,
        vpc: properties.vpc_id,
        groups,
        private_ip,
        public_ip: match wanted.public {
            Public::No => None,
            Public::Assigned => Some(free_public(|address| state.interfaces.has_public(address))),
            Public::Elastic(address) => Some(address),
        },
        mac: mac(),
        attached: now(),
    })
}

/// How many addresses of a subnet are free.
pub(crate) fn free_addresses(state: &State, subnet: &str) -> u64 {
    let item = state.inventory.get_of(Subnet::NAME, subnet);
    let block = item.and_then(|item| item.read::<SubnetProperties>().cidr_block);
    let usable = block.map_or(0, |block| addresses::usable(&block));
    usable.saturating_sub(state.interfaces.taken(subnet) as u64)
}

/// The security groups of an interface: those that are asked for, or the default one of the VPC.
///
/// # Errors
/// EC2's error for a group that does not exist.
pub(super) fn groups_or_default(
    state: &State,
    vpc: &str,
    groups: Vec<String>,
) -> Result<Vec<String>, AwsError> {
    if groups.is_empty() {
        return Ok(default_group(state, vpc).into_iter().collect());
    }
    for group in &groups {
        let is_default = default_group(state, vpc).as_ref() == Some(group);
        if !is_default && !state.inventory.has("AWS::EC2::SecurityGroup", group) {
            let sentence = format!("The security group '{group}' does not exist");
            return Err(AwsError::new("InvalidGroup.NotFound", sentence));
        }
    }
    Ok(groups)
}

impl Interfaces {
    /// Removes the interfaces of a resource.
    pub(crate) fn detach(&mut self, owner: &Owner) {
        self.0.retain(|_, interface| interface.owner != *owner);
    }

    /// Removes those interfaces of a resource that `keep` does not keep.
    pub(super) fn retain_of(&mut self, owner: &Owner, keep: impl Fn(&Interface) -> bool) {
        self.0
            .retain(|_, interface| interface.owner != *owner || keep(interface));
    }

    /// Gives the interfaces of a resource other security groups.
    pub(crate) fn regroup(&mut self, owner: &Owner, groups: &[String]) {
        for interface in self.0.values_mut() {
            if interface.owner == *owner {
                interface.groups = groups.to_vec();
            }
        }
    }

    /// Removes the interfaces of tasks: no task outlives the local AWS.
    pub(crate) fn forget_tasks(&mut self) {
        self.0
            .retain(|_, interface| !matches!(interface.owner, Owner::Task(_)));
    }

    /// All of them, in the order of their ids.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Interface> {
        self.0.values()
    }

    /// Whether an interface is in this subnet, or has this security group.
    pub(super) fn uses(&self, id: &str) -> bool {
        self.all().any(|interface| {
            interface.subnet == id || interface.groups.iter().any(|group| group == id)
        })
    }

    /// Whether a VPC has an interface with a public address.
    pub(super) fn is_public(&self, vpc: &str) -> bool {
        self.all()
            .any(|interface| interface.vpc == vpc && interface.public_ip.is_some())
    }

    /// How many addresses of a subnet are taken.
    pub(super) fn taken(&self, subnet: &str) -> usize {
        let own = self.all().filter(|interface| interface.subnet == subnet);
        own.count()
    }

    /// The interfaces of a resource.
    pub(crate) fn of<'a>(&'a self, owner: &'a Owner) -> impl Iterator<Item = &'a Interface> {
        self.all()
            .filter(move |interface| interface.owner == *owner)
    }

    fn has_address(&self, subnet: &str, address: Ipv4Addr) -> bool {
        self.all()
            .any(|interface| interface.subnet == subnet && interface.private_ip == address)
    }

    fn has_public(&self, address: Ipv4Addr) -> bool {
        self.all()
            .any(|interface| interface.public_ip == Some(address))
    }
}
