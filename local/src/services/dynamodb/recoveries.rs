//! Point-in-time recovery: for which tables it is on. The local AWS keeps no earlier states.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::seconds;

/// How many days a table can be restored to, if its owner does not say.
const DAYS: u64 = 35;

/// The tables with point-in-time recovery.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Recoveries(BTreeMap<String, Recovery>);

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Recovery {
    /// Seconds since 1970.
    pub(super) since: f64,
    pub(super) days: u64,
}

impl Recoveries {
    pub(super) fn set(&mut self, table: &str, enabled: bool, days: Option<u64>) {
        if !enabled {
            self.remove(table);
            return;
        }
        let since = self.0.get(table).map_or_else(seconds, |known| known.since);
        let days = days.unwrap_or(DAYS);
        self.0.insert(table.to_owned(), Recovery { since, days });
    }

    pub(super) fn remove(&mut self, table: &str) {
        self.0.remove(table);
    }

    pub(super) fn get(&self, table: &str) -> Option<Recovery> {
        self.0.get(table).copied()
    }
}
