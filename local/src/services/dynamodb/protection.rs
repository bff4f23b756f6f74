//! The policies of tables, and the keys that encrypt them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::State;

/// What protects each table, by its name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Protections(BTreeMap<String, Protection>);

/// The policy of a table and the key of its owner that encrypts it, if there are any.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Protection {
    pub(super) policy: Option<String>,
    /// Changes with the policy.
    pub(super) revision: Option<String>,
    /// As the owner names it.
    pub(super) key: Option<String>,
}

impl Protections {
    pub(super) fn get(&self, table: &str) -> Option<&Protection> {
        self.0.get(table)
    }

    /// Sets the policy. The revision stays if the policy does.
    pub(super) fn set_policy(&mut self, table: &str, policy: Option<String>) {
        let one = self.0.entry(table.to_owned()).or_default();
        if one.policy == policy {
            return;
        }
        let revision = time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        one.revision = policy.as_ref().map(|_| revision.to_string());
        one.policy = policy;
        self.tidy(table);
    }

    pub(super) fn set_key(&mut self, table: &str, key: Option<String>) {
        self.0.entry(table.to_owned()).or_default().key = key;
        self.tidy(table);
    }

    pub(super) fn remove(&mut self, table: &str) {
        self.0.remove(table);
    }

    fn tidy(&mut self, table: &str) {
        if self.get(table) == Some(&Protection::default()) {
            self.remove(table);
        }
    }
}

/// The policy of the table of a resource, such as `table/NAME/index/INDEX`.
pub(crate) fn resource_policy(state: &State, resource: &str) -> Option<Value> {
    let (_, protection) = of(state, resource)?;
    protection.policy.as_deref().map(Value::from)
}

/// The key of the table of a resource.
pub(crate) fn key_of(state: &State, resource: &str) -> Option<(String, String)> {
    let (table, protection) = of(state, resource)?;
    Some((table.to_owned(), protection.key.clone()?))
}

fn of<'a>(state: &'a State, resource: &'a str) -> Option<(&'a str, &'a Protection)> {
    let mut parts = resource.strip_prefix("table/")?.split('/');
    let table = parts.next()?;
    // A stream has a policy of its own.
    if parts.next() == Some("stream") {
        return None;
    }
    Some((table, state.protections.get(table)?))
}

/// Whether any table has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    let mut all = state.protections.0.values();
    all.any(|one| one.policy.is_some())
}
