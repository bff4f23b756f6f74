//! The network of a load balancer: an interface in each of its subnets.

use std::net::{IpAddr, Ipv4Addr};

use super::interfaces::{Interface, Owner, Public, Wanted, attach, free_addresses};
use super::reach::{ANYWHERE, Blocked, End, leaves, reach, reach_address};
use super::topology::topology;
use crate::account::{Account, State};
use crate::aws::AwsError;

/// How many free addresses each subnet of a load balancer must have.
const NEEDED_ADDRESSES: u64 = 8;

/// Which addresses the interfaces of a load balancer have beside their private ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    public_ipv4: bool,
    ipv6: bool,
}

impl Addresses {
    /// The addresses of a load balancer with this scheme and `IpAddressType`.
    pub(crate) fn of(is_public: bool, address_type: Option<&str>) -> Self {
        let address_type = address_type.unwrap_or("ipv4");
        Self {
            public_ipv4: is_public && address_type != "dualstack-without-public-ipv4",
            ipv6: address_type.starts_with("dualstack"),
        }
    }

    fn fits(self, interface: &Interface) -> bool {
        self.public_ipv4 == interface.public_ip.is_some() && self.ipv6 == interface.ipv6.is_some()
    }
}

/// Gives a load balancer an interface in each subnet; `attach_balancer` again moves it to others.
///
/// # Errors
/// The error of Elastic Load Balancing: a subnet that does not exist or has too few free addresses.
pub(crate) fn attach_balancer(
    state: &mut State,
    arn: &str,
    subnets: &[String],
    groups: &[String],
    has: Addresses,
) -> Result<(), AwsError> {
    let owner = Owner::LoadBalancer(arn.to_owned());
    state
        .interfaces
        .retain_of(&owner, |one| subnets.contains(&one.subnet) && has.fits(one));
    for subnet in subnets {
        let has_one = state.interfaces.of(&owner).any(|one| one.subnet == *subnet);
        if has_one {
            continue;
        }
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html,
        // "Subnets for your load balancer"
        if free_addresses(state, subnet) < NEEDED_ADDRESSES {
            let sentence = format!(
                "Not enough IP space available in {subnet}. ELB requires at least {NEEDED_ADDRESSES} free IP addresses in each subnet."
            );
            return Err(AwsError::new("InvalidSubnet", sentence));
        }
        let name = arn
            .split_once("loadbalancer/")
            .map_or(arn, |(_, name)| name);
        let wanted = Wanted {
            owner: owner.clone(),
            description: format!("ELB {name}"),
            subnet: subnet.clone(),
            groups: groups.to_vec(),
            public: if has.public_ipv4 {
                Public::Assigned
            } else {
                Public::No
            },
            ipv6: has.ipv6,
        };
        attach(state, wanted)?;
    }
    if !groups.is_empty() {
        state.interfaces.regroup(&owner, groups);
    }
    Ok(())
}

/// Takes the interfaces of a load balancer away.
pub(crate) fn detach_balancer(state: &mut State, arn: &str) {
    let owner = Owner::LoadBalancer(arn.to_owned());
    state.interfaces.detach(&owner);
}

/// Whether a client in the internet reaches a listener's port. The name of a load balancer leads to its
/// interfaces in turn; `turn` counts the connections. 127.0.0.1 is a client that a rule admits, if there
/// is one. All other addresses of this machine are clients that are in no block but 0.0.0.0/0.
///
/// # Errors
/// The hop that stops it; on AWS, the client then gets no answer.
pub(crate) fn client_reaches(
    account: &Account,
    arn: &str,
    turn: usize,
    client: IpAddr,
    port: u16,
) -> Result<(), Box<Blocked>> {
    let client = if client == Ipv4Addr::LOCALHOST {
        End::Internet
    } else {
        End::Client(ANYWHERE)
    };
    let topology = topology(account);
    let own: Vec<_> = topology
        .interfaces
        .iter()
        .filter(|one| is_of(&one.owner, arn))
        .collect();
    let Some(interface) = turn.checked_rem(own.len()).map(|index| own[index]) else {
        return Ok(());
    };
    reach(&topology, client, End::Interface(interface), port)
        .map(|_| ())
        .map_err(Box::new)
}

/// Whether a load balancer reaches a port of a target, from each of its interfaces.
///
/// # Errors
/// The hop that stops it; on AWS, the request then times out.
pub(crate) fn balancer_reaches(
    account: &Account,
    arn: &str,
    target: Ipv4Addr,
    port: u16,
) -> Result<(), Box<Blocked>> {
    let topology = topology(account);
    let own = topology
        .interfaces
        .iter()
        .filter(|one| is_of(&one.owner, arn));
    for from in own {
        // A program of this machine that was registered by hand is in no VPC. The groups of the load
        // balancer decide alone.
        if target.is_loopback() {
            leaves(&topology, from, target, port).map_err(Box::new)?;
            continue;
        }
        let to = topology
            .interfaces
            .iter()
            .find(|one| one.private_ip == target && one.vpc == from.vpc);
        let Some(to) = to else {
            return Err(Box::new(Blocked {
                passed: Vec::new(),
                resource: target.to_string(),
                why: format!("Nothing in the VPC of the load balancer has the address {target}."),
                remedy: "Register the address of a running task.".to_owned(),
            }));
        };
        reach(&topology, End::Interface(from), End::Interface(to), port).map_err(Box::new)?;
    }
    Ok(())
}

/// Whether a load balancer reaches a port of a host outside of AWS, from each of its interfaces. A host on
/// this machine stands for any in the internet.
///
/// # Errors
/// The hop that stops it; on AWS, the connection then times out.
pub(crate) fn balancer_leaves(
    account: &Account,
    arn: &str,
    address: IpAddr,
    port: u16,
) -> Result<(), Box<Blocked>> {
    let topology = topology(account);
    let mut own = topology
        .interfaces
        .iter()
        .filter(|one| is_of(&one.owner, arn));
    own.try_for_each(|from| match address {
        IpAddr::V4(address) if !address.is_loopback() => {
            reach_address(&topology, from, address, port)
        }
        _ => reach(&topology, End::Interface(from), End::Internet, port).map(drop),
    })
    .map_err(Box::new)
}

fn is_of(owner: &Owner, arn: &str) -> bool {
    matches!(owner, Owner::LoadBalancer(own) if own == arn)
}
