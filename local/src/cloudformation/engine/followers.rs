//! The clients that follow the events of a stack, of whom a rollback takes care.
//!
//! On AWS a rollback takes minutes, which is enough for a client that asks every few seconds to look at what
//! has failed before it is deleted. At the pace of the local AWS it would be over between two questions.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// A client that has not asked for this long does not follow any more.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// How long to wait for a client that has gone.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How often the newest events of each stack were asked for, by the ARN of the stack.
#[derive(Default)]
pub(crate) struct Followers(Mutex<HashMap<String, Asked>>);

struct Asked {
    times: watch::Sender<u64>,
    last: Instant,
}

impl Followers {
    /// A client asks for the newest events. This is to be called before they are read.
    pub(crate) fn asks(&self, stack_id: &str) {
        let mut all = self.lock();
        let asked = all.entry(stack_id.to_owned()).or_insert_with(|| Asked {
            times: watch::Sender::new(0),
            last: Instant::now(),
        });
        asked.last = Instant::now();
        asked.times.send_modify(|times| *times += 1);
    }

    /// Waits until a client that follows the stack has read the events so far, and has had time to look at
    /// the resources: it asks for the events once more. Returns at once if nobody follows.
    pub(super) async fn have_seen(&self, stack_id: &str) {
        let Some(mut times) = self.of(stack_id) else {
            return;
        };
        let before = *times.borrow();
        // The first question reads the events, the second one comes after the client has looked.
        let seen = times.wait_for(|times| *times >= before + 2);
        let _ = tokio::time::timeout(LONGEST_WAIT, seen).await;
    }

    /// The count of a stack that a client follows.
    fn of(&self, stack_id: &str) -> Option<watch::Receiver<u64>> {
        let mut all = self.lock();
        all.retain(|_, asked| asked.last.elapsed() < LONGEST_PAUSE);
        Some(all.get(stack_id)?.times.subscribe())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::task::Poll;

    use super::*;

    async fn is_waiting(mut waits: Pin<&mut impl Future<Output = ()>>) -> bool {
        std::future::poll_fn(|context| Poll::Ready(waits.as_mut().poll(context).is_pending())).await
    }

    #[tokio::test]
    async fn a_rollback_waits_for_the_second_question_of_a_client_that_follows() {
        let followers = Followers::default();
        assert!(!is_waiting(pin!(followers.have_seen("a"))).await);
        followers.asks("a");
        let mut seen = pin!(followers.have_seen("a"));
        assert!(is_waiting(seen.as_mut()).await);
        followers.asks("a");
        followers.asks("b");
        assert!(is_waiting(seen.as_mut()).await);
        followers.asks("a");
        assert!(!is_waiting(seen).await);
    }
}
