//! The queries of Logs Insights that were started. They are lost when the local AWS stops.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::insights::Found;

/// How many queries are kept, each with its results.
const KEPT: usize = 100;

/// The last queries, the newest first.
#[derive(Default)]
pub(crate) struct Queries {
    kept: Mutex<VecDeque<Started>>,
}

/// A query and its results.
pub(super) struct Started {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) groups: Vec<String>,
    /// Seconds since 1970.
    pub(super) created: i64,
    /// How many events it has read, and their length in bytes.
    pub(super) scanned: (usize, usize),
    pub(super) found: Found,
}

impl Queries {
    pub(super) fn add(&self, query: Started) {
        let mut kept = self.lock();
        kept.push_front(query);
        kept.truncate(KEPT);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, VecDeque<Started>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
