//! Load on a load balancer, which says who answered: the old revision, the new one, or neither.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use e2e::http::get_as;
use e2e::until;
use tokio::task::JoinHandle;

use super::OLD;

/// How many clients ask at the same time.
const CLIENTS: usize = 4;

#[derive(Default)]
struct Counts {
    ends: AtomicBool,
    old: AtomicUsize,
    new: AtomicUsize,
    failed: AtomicUsize,
}

/// Clients that ask again and again.
pub(super) struct Load {
    counts: Arc<Counts>,
    clients: Vec<JoinHandle<()>>,
}

/// Who has answered how often.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answers {
    pub(super) old: usize,
    pub(super) new: usize,
    pub(super) failed: usize,
}

impl Load {
    pub(super) fn begin(url: &str) -> Self {
        let counts = Arc::new(Counts::default());
        let clients = (0..CLIENTS).map(|_| {
            let (counts, url) = (Arc::clone(&counts), url.to_owned());
            tokio::spawn(async move {
                while !counts.ends.load(Ordering::Relaxed) {
                    let answered = match revision(&url, "/").await {
                        Some("old") => &counts.old,
                        Some(_) => &counts.new,
                        None => &counts.failed,
                    };
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        Self {
            clients: clients.collect(),
            counts,
        }
    }

    pub(super) fn answers(&self) -> Answers {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Answers {
            old: count(&self.counts.old),
            new: count(&self.counts.new),
            failed: count(&self.counts.failed),
        }
    }

    /// The answers to the next `count` requests.
    pub(super) async fn next(&self, count: usize) -> Answers {
        let before = self.answers();
        until("the load to be answered", async || {
            let now = self.answers();
            let next = Answers {
                old: now.old - before.old,
                new: now.new - before.new,
                failed: now.failed - before.failed,
            };
            (next.old + next.new + next.failed >= count).then_some(next)
        })
        .await
    }

    pub(super) async fn end(self) -> Answers {
        self.counts.ends.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.unwrap();
        }
        let counts = self.counts;
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Answers {
            old: count(&counts.old),
            new: count(&counts.new),
            failed: count(&counts.failed),
        }
    }
}

/// Which revision answers: each accepts the login of its own parameters only, and slows down others (429).
pub(super) async fn revision(url: &str, path: &str) -> Option<&'static str> {
    match get_as(url, path, OLD).await.status {
        200 => Some("old"),
        401 | 429 => Some("new"),
        _ => None,
    }
}
