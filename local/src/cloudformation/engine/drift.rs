//! Finds out which resources were changed by hand.

use serde_json::Value;

use crate::account::Account;
use crate::aws::now;
use crate::cloudformation::model::{Actual, Drift, DriftStatus, Record, ResourceDrift, Version};
use crate::resources::{self, Found};

/// The resources of a version that have drifted, as they are now.
pub(crate) async fn drifted(account: &Account, version: &Version) -> Actual {
    let mut drifted = Actual::new();
    for (logical_id, record) in version.existing() {
        match look_at(account, record).await {
            Found::Gone => {
                drifted.insert(logical_id.clone(), None);
            }
            Found::Properties(properties) if properties != record.properties => {
                drifted.insert(logical_id.clone(), Some(properties));
            }
            Found::Properties(_) | Found::Unsupported => {}
        }
    }
    drifted
}

/// Compares the resources of a version that `wanted` selects with their current state.
pub(crate) async fn detect(
    account: &Account,
    version: &Version,
    wanted: impl Fn(&str) -> bool,
) -> Drift {
    let mut drift = Drift {
        id: uuid::Uuid::new_v4().to_string(),
        time: now(),
        ..Drift::default()
    };
    for (logical_id, record) in version.existing().filter(|(name, _)| wanted(name)) {
        let found = look_at(account, record).await;
        drift
            .resources
            .insert(logical_id.clone(), compare(record, found));
    }
    drift
}

async fn look_at(account: &Account, record: &Record) -> Found {
    let (resource_type, id) = (&record.resource_type, &record.physical_id);
    resources::read(account, resource_type, id, &record.properties).await
}

fn compare(record: &Record, found: Found) -> ResourceDrift {
    let expected = record.properties.clone();
    let (status, actual) = match found {
        Found::Unsupported => (DriftStatus::NotChecked, Value::Null),
        Found::Gone => (DriftStatus::Deleted, Value::Null),
        Found::Properties(actual) if actual == expected => (DriftStatus::InSync, actual),
        Found::Properties(actual) => (DriftStatus::Modified, actual),
    };
    ResourceDrift {
        status,
        expected,
        actual,
    }
}
