//! A connection between two interfaces of a VPC.

use super::Blocked;
use super::filters::{Other, acl, acl_of_response, group};
use super::walk::{Client, Walk};
use crate::services::ec2::interfaces::Interface;
use crate::services::ec2::topology::Direction;

pub(super) fn within(walk: &mut Walk<'_>, from: &Interface, to: &Interface) -> Result<(), Blocked> {
    if from.vpc != to.vpc {
        let (own, other) = (walk.name(&from.vpc), walk.name(&to.vpc));
        return Err(walk.stopped(
            &to.vpc,
            format!("VPC {own} has no connection to VPC {other}."),
            "Put both ends into subnets of one VPC.".to_owned(),
        ));
    }
    group(walk, from, Direction::Out, Other::interface(to))?;
    // A network ACL filters only what enters or leaves a subnet.
    let crosses = from.subnet != to.subnet;
    if crosses {
        acl(walk, &from.subnet, Direction::Out, to.private_ip)?;
        acl(walk, &to.subnet, Direction::In, from.private_ip)?;
    }
    group(walk, to, Direction::In, Other::interface(from))?;
    if crosses {
        let client = Client::of(from);
        acl_of_response(walk, &to.subnet, Direction::Out, from.private_ip, client)?;
        acl_of_response(walk, &from.subnet, Direction::In, to.private_ip, client)?;
    }
    Ok(())
}
