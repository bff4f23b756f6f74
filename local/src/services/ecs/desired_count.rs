//! The desired count of a service. It begins with the property of that name. A change of the property
//! changes it, and so does auto scaling; a property that is missing leaves it as it is.

use std::sync::Arc;

use serde_json::Value;

use super::ledger::RolloutState;
use super::reconcile::reconcile;
use super::service::Service;
use crate::account::{Account, Item};
use crate::resources::ResourceType as _;

/// The name of ECS for [`Turns`](crate::account::Turns).
pub(super) const TURN: &str = "ecs";

/// The property, and the attribute that has the current value.
pub(super) const NAME: &str = "DesiredCount";

/// How many tasks a service should have, and how many run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) desired: u64,
    pub(crate) running: u64,
    /// Whether a deployment is in progress.
    pub(crate) is_deploying: bool,
}

/// The desired count of a service; `None` if an older local AWS has saved it without one.
pub(super) fn of(item: &Item) -> Option<u64> {
    item.attributes.get(NAME).and_then(Value::as_u64)
}

/// The counts of the service `service/CLUSTER/NAME`, if it exists.
pub(crate) fn counts(account: &Account, resource_id: &str) -> Option<Counts> {
    let arn = account.arn("ecs", resource_id);
    let desired = account.read(|state| {
        let item = state.inventory.get_of(Service::NAME, &arn)?;
        Some(of(item).unwrap_or(1))
    })?;
    let ledger = account.tasks.ledger();
    let tasks = ledger.tasks.iter().filter(|task| task.service == arn);
    let running = tasks.filter(|task| task.status() == "RUNNING").count() as u64;
    let record = ledger.services.get(&arn);
    let newest = record.and_then(|record| record.deployments.first());
    Some(Counts {
        desired,
        running,
        is_deploying: newest.is_some_and(|one| one.state == RolloutState::InProgress),
    })
}

/// Sets the desired count of the service `service/CLUSTER/NAME`. Returns `false` if it does not exist.
pub(crate) async fn set_desired_count(
    account: &Arc<Account>,
    resource_id: &str,
    count: u64,
) -> bool {
    let arn = account.arn("ecs", resource_id);
    let _turn = account.turns.take(TURN).await;
    let is_set = account.change(|state| {
        let Some(item) = state.inventory.get_mut(Service::NAME, &arn) else {
            return false;
        };
        if let Some(property) = item.properties.get_mut(NAME) {
            *property = count.into();
        }
        item.attributes.insert(NAME.to_owned(), count.into());
        true
    });
    reconcile(account);
    is_set
}
