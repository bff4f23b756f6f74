//! The capacity of a scalable target: the desired count of a service, or the capacity units of a table.

use std::sync::Arc;

use super::target::Key;
use crate::account::Account;
use crate::services::{dynamodb, ecs};

/// The capacity of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Capacity {
    /// What is set.
    pub(super) wanted: u64,
    /// Whether that is reached.
    pub(super) is_reached: bool,
    /// Whether a service is deployed. It is not scaled in meanwhile
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html>).
    pub(super) is_deploying: bool,
}

/// The capacity of a target; `None` if it is gone, or has none that can be read.
pub(super) async fn read(account: &Account, key: &Key) -> Option<Capacity> {
    if key.service_namespace == "ecs" {
        let counts = ecs::counts(account, &key.resource_id)?;
        return Some(Capacity {
            wanted: counts.desired,
            is_reached: counts.desired == counts.running,
            is_deploying: counts.is_deploying,
        });
    }
    let units = dynamodb::units(account, table(key)?).await?;
    let wanted = match key.scalable_dimension.as_str() {
        "dynamodb:table:ReadCapacityUnits" => units.read,
        "dynamodb:table:WriteCapacityUnits" => units.write,
        _ => return None,
    };
    Some(Capacity {
        wanted,
        is_reached: true,
        is_deploying: false,
    })
}

/// Sets the capacity of a target.
///
/// # Errors
/// Why it cannot be set, in the words of the service.
pub(super) async fn set(account: &Arc<Account>, key: &Key, wanted: u64) -> Result<(), String> {
    if key.service_namespace == "ecs" {
        let is_set = ecs::set_desired_count(account, &key.resource_id, wanted).await;
        return is_set
            .then_some(())
            .ok_or_else(|| "Service not found.".to_owned());
    }
    let table = table(key).ok_or_else(|| "Table not found".to_owned())?;
    let now = dynamodb::units(account, table).await;
    let mut units = now.ok_or_else(|| format!("Table: {table} not found"))?;
    match key.scalable_dimension.as_str() {
        "dynamodb:table:ReadCapacityUnits" => units.read = wanted,
        _ => units.write = wanted,
    }
    dynamodb::set_units(account, table, units).await
}

/// The name of the table of `table/NAME`.
fn table(key: &Key) -> Option<&str> {
    key.resource_id.strip_prefix("table/")
}
