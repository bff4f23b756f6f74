//! How many bytes are held for readers, and how many may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// About what a scan holds of a page of `DynamoDB`: what has arrived of it, here and in the HTTP client. A short
/// one is only a few items.
const LONG_SCAN: usize = 1024 * 1024;
const SHORT_SCAN: usize = 64 * 1024;

/// How many bytes all answers hold together that their readers have not taken yet.
#[derive(Debug)]
pub(crate) struct MemoryUse {
    buffers: AtomicUsize,
    scans: AtomicUsize,
    connections: AtomicUsize,
    limit: usize,
    freed: Notify,
}

/// A scan that runs, or waits for its reader.
pub(crate) struct Scanning {
    memory_use: Arc<MemoryUse>,
    bytes: usize,
}

impl MemoryUse {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            buffers: AtomicUsize::new(0),
            scans: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            limit,
            freed: Notify::new(),
        }
    }

    /// The bytes that are written and not yet on a connection.
    pub(crate) fn size(&self) -> usize {
        self.buffers.load(Ordering::Relaxed)
    }

    /// Whether no further answer may be begun. A short one may, for a while longer than a long one.
    pub(crate) fn is_full(&self, is_long: bool) -> bool {
        let reserve = if is_long { 0 } else { self.limit / 4 };
        self.total() > self.limit.saturating_add(reserve)
    }

    /// Whether the slowest readers must go, so that there is room for others.
    pub(crate) fn is_nearly_full(&self) -> bool {
        self.total() > self.limit / 8 * 7
    }

    pub(crate) fn total(&self) -> usize {
        [&self.buffers, &self.scans, &self.connections]
            .map(|part| part.load(Ordering::Relaxed))
            .iter()
            .sum()
    }

    /// Sets how many bytes wait on the connections.
    pub(crate) fn set_connections(&self, bytes: usize) {
        self.connections.store(bytes, Ordering::Relaxed);
        self.freed.notify_waiters();
    }

    pub(crate) fn add(&self, bytes: usize) {
        self.buffers.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn free(&self, bytes: usize) {
        if bytes > 0 {
            self.buffers.fetch_sub(bytes, Ordering::Relaxed);
            self.freed.notify_waiters();
        }
    }

    /// Counts what a scan holds, from now on.
    pub(crate) fn scan(self: &Arc<Self>, is_long: bool) -> Scanning {
        let bytes = if is_long { LONG_SCAN } else { SHORT_SCAN };
        self.scans.fetch_add(bytes, Ordering::Relaxed);
        Scanning {
            memory_use: Arc::clone(self),
            bytes,
        }
    }

    /// Counts a long scan as soon as there is room for it.
    pub(crate) async fn scan_later(self: &Arc<Self>) -> Scanning {
        loop {
            let freed = self.freed();
            if !self.is_full(true) {
                return self.scan(true);
            }
            freed.await;
        }
    }

    /// Ready when bytes are freed after this call.
    pub(crate) fn freed(&self) -> impl Future<Output = ()> {
        self.freed.notified()
    }
}

impl Drop for Scanning {
    fn drop(&mut self) {
        let memory_use = &self.memory_use;
        memory_use.scans.fetch_sub(self.bytes, Ordering::Relaxed);
        memory_use.freed.notify_waiters();
    }
}
