//! A connection to an AWS service: through an interface endpoint, or to its public address.

use super::Blocked;
use super::filters::Other;
use super::out::to_address;
use super::vpc::within;
use super::walk::Walk;
use crate::services::ec2::interfaces::{Interface, Owner};
use crate::services::ec2::prefix_lists::address_of;
use crate::services::ec2::vpc_endpoint::Kind;

pub(super) fn to_service(
    walk: &mut Walk<'_>,
    from: &Interface,
    service: &str,
) -> Result<(), Blocked> {
    let topology = walk.topology;
    let vpc = topology.vpcs.get(&from.vpc);
    if vpc.is_some_and(|vpc| !vpc.dns) {
        let name = walk.name(&from.vpc);
        return Err(walk.stopped(
            &from.vpc,
            format!("VPC {name} resolves no names (EnableDnsSupport is false)."),
            format!("Set EnableDnsSupport of VPC {name} to true."),
        ));
    }
    let own = topology.endpoints.iter().filter(|endpoint| {
        endpoint.vpc == from.vpc && endpoint.service == service && endpoint.kind == Kind::Interface
    });
    let has_private_dns = vpc.is_some_and(|vpc| vpc.private_dns);
    let endpoint = own
        .clone()
        .find(|endpoint| endpoint.private_dns && has_private_dns);
    if let Some(endpoint) = endpoint {
        return through_interface(walk, from, &endpoint.id);
    }
    if let Some(unused) = own.clone().next() {
        let name = walk.name(&unused.id);
        walk.pass(format!(
            "Interface endpoint {name} is not used: private DNS is not enabled for it."
        ));
    }
    let lists = &topology.prefix_lists;
    let ending = format!(".{service}");
    let list = lists.iter().find(|list| list.name.ends_with(&ending));
    let other = Other {
        address: address_of(lists, service),
        groups: &[],
        called: list.map_or("0.0.0.0/0", |list| list.id.as_str()),
    };
    to_address(walk, from, other)
}

/// A connection to the endpoint's interface, in the zone of the sender if there is one.
fn through_interface(walk: &mut Walk<'_>, from: &Interface, id: &str) -> Result<(), Blocked> {
    let name = walk.name(id);
    let owner = Owner::VpcEndpoint(id.to_owned());
    let own = walk
        .topology
        .interfaces
        .iter()
        .filter(|one| one.owner == owner);
    let Some(to) = own
        .clone()
        .find(|one| one.zone == from.zone)
        .or(own.clone().next())
    else {
        return Err(walk.stopped(
            id,
            format!("Interface endpoint {name} is in no subnet."),
            format!("Give endpoint {name} a subnet (SubnetIds)."),
        ));
    };
    walk.pass(format!("Private DNS leads to interface endpoint {name}."));
    walk.through(id);
    within(walk, from, to)
}
