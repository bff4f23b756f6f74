use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::assets::Assets;
use crate::memory_use::MemoryUse;
use crate::table::Table;

/// How many long answers are written at the same time. The others wait for their turn, so that a short answer
/// does not wait for all of them.
const TURNS: usize = 2;
/// How many long scans may wait for the first response of `DynamoDB` at the same time.
const BEGINS: usize = 8;

/// What an answer is made of.
pub(crate) struct Source {
    pub(crate) table: Arc<Table>,
    pub(crate) assets: Arc<Assets>,
    /// How long a page with a filter reads on until it is full.
    pub(crate) filter_time: Duration,
    pub(super) memory_use: Arc<MemoryUse>,
    /// Who may write the next piece of a long answer.
    pub(super) turns: Semaphore,
    /// Who may begin a long scan.
    pub(super) begins: Semaphore,
}

impl Source {
    pub(crate) fn new(
        table: Arc<Table>,
        assets: Arc<Assets>,
        filter_time: Duration,
        memory_use: Arc<MemoryUse>,
    ) -> Self {
        Self {
            table,
            assets,
            filter_time,
            memory_use,
            turns: Semaphore::new(TURNS),
            begins: Semaphore::new(BEGINS),
        }
    }
}
