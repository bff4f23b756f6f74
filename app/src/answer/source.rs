use std::sync::Arc;
use std::time::Duration;

use super::memory_use::MemoryUse;
use crate::assets::Assets;
use crate::table::Table;

/// What an answer is made of.
pub(crate) struct Source {
    pub(crate) table: Arc<Table>,
    pub(crate) assets: Arc<Assets>,
    /// How long a page with a filter reads on until it is full.
    pub(crate) filter_time: Duration,
    pub(super) memory_use: Arc<MemoryUse>,
}

impl Source {
    pub(crate) fn new(table: Arc<Table>, assets: Arc<Assets>, filter_time: Duration) -> Self {
        Self {
            table,
            assets,
            filter_time,
            memory_use: Arc::default(),
        }
    }
}
