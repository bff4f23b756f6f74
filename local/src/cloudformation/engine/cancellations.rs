//! The running updates and creations that can be cancelled.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// The running operations that can be cancelled, by the ARN of their stack.
#[derive(Default)]
pub(crate) struct Cancellations(Mutex<HashMap<String, watch::Sender<bool>>>);

impl Cancellations {
    pub(crate) fn cancel(&self, stack_id: &str) {
        if let Some(sender) = self.lock().get(stack_id) {
            sender.send_replace(true);
        }
    }

    /// Registers an operation. The value of the channel becomes true when the operation is
    /// cancelled.
    pub(super) fn begin(&self, stack_id: &str) -> watch::Sender<bool> {
        let sender = watch::Sender::new(false);
        self.lock().insert(stack_id.to_owned(), sender.clone());
        sender
    }

    pub(super) fn end(&self, stack_id: &str) {
        self.lock().remove(stack_id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<bool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
