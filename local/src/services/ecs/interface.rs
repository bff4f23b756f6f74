//! The network interface of a task.

use std::sync::Arc;

use super::task::Launch;
use crate::account::Account;
use crate::services::ec2::{self, Interface, Placement};

/// The network interface of a task. Dropping it gives the address back.
pub(super) struct Attached {
    account: Arc<Account>,
    task_id: String,
    pub(super) interface: Interface,
}

impl Drop for Attached {
    fn drop(&mut self) {
        ec2::detach_task(&self.account, &self.task_id);
    }
}

/// Makes the network interface of a task.
///
/// # Errors
/// ECS's reason with the error of EC2, as in
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>.
pub(super) fn attach(account: &Arc<Account>, launch: &Launch) -> Result<Attached, String> {
    let Placement {
        subnets, public, ..
    } = &launch.placement;
    let interface = ec2::attach_task(account, &launch.id, &launch.placement).map_err(|err| {
        format!(
            "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment {} in subnet '{}': {}",
            if *public { "enabled" } else { "disabled" },
            subnets.first().map_or("", String::as_str),
            err.code
        )
    })?;
    Ok(Attached {
        account: Arc::clone(account),
        task_id: launch.id.clone(),
        interface,
    })
}
