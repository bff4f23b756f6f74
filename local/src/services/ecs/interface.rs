//! The network interface of a task.

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::task::Launch;
use crate::account::Account;
use crate::services::ec2;

/// The network interface of a task.
#[derive(Debug, Clone)]
pub(super) struct Attached {
    pub(super) address: Ipv4Addr,
    pub(super) vpc: String,
}

/// Makes the network interface of a task in one of its subnets.
pub(super) fn attach(account: &Arc<Account>, launch: &Launch) -> Result<Attached, String> {
    let subnet = launch.subnets.first();
    let vpc = account.read(|state| ec2::vpc_of(state, subnet?));
    Ok(Attached {
        address: account.tasks.next_address(),
        vpc: vpc.unwrap_or_default(),
    })
}
