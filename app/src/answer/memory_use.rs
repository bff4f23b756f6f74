use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many bytes all buffers hold together.
#[derive(Default)]
pub(crate) struct MemoryUse {
    size: AtomicUsize,
    freed: Notify,
}

impl MemoryUse {
    pub(super) fn size(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: usize) {
        self.size.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn free(&self, bytes: usize) {
        if bytes > 0 {
            self.size.fetch_sub(bytes, Ordering::Relaxed);
            self.freed.notify_waiters();
        }
    }

    /// Ready when bytes are freed after this call.
    pub(super) fn freed(&self) -> impl Future<Output = ()> {
        self.freed.notified()
    }
}
