//! How many bytes are held for readers, and how many may be.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// About what a scan holds while it waits for its reader: what has arrived of a page of `DynamoDB`, here
/// and in the HTTP client.
const PAUSED_SCAN: usize = 256 * 1024;

/// How many bytes all answers hold together that their readers have not taken yet.
#[derive(Debug)]
pub(crate) struct MemoryUse {
    buffers: AtomicUsize,
    paused: AtomicUsize,
    connections: AtomicUsize,
    limit: usize,
    freed: Notify,
}

/// A scan that waits for its reader.
pub(crate) struct Paused<'a>(&'a MemoryUse);

impl MemoryUse {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            buffers: AtomicUsize::new(0),
            paused: AtomicUsize::new(0),
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
        [&self.buffers, &self.paused, &self.connections]
            .map(|part| part.load(Ordering::Relaxed))
            .iter()
            .sum()
    }

    /// Sets how many bytes wait on the connections.
    pub(crate) fn set_connections(&self, bytes: usize) {
        self.connections.store(bytes, Ordering::Relaxed);
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

    /// Counts what a scan holds while it waits.
    pub(crate) fn pause(&self) -> Paused<'_> {
        self.paused.fetch_add(PAUSED_SCAN, Ordering::Relaxed);
        Paused(self)
    }

    /// Ready when bytes are freed after this call.
    pub(crate) fn freed(&self) -> impl Future<Output = ()> {
        self.freed.notified()
    }
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.paused.fetch_sub(PAUSED_SCAN, Ordering::Relaxed);
    }
}
