use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tracing::warn;

/// A value that one request fetches while the others wait for it: the last attempt, kept for all.
#[derive(Debug)]
pub(crate) struct Cached<T, E> {
    last: Mutex<Option<Attempt<T, E>>>,
    /// Held while fetching: an old value costs one call, and not one for each request.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug)]
struct Attempt<T, E> {
    started: Instant,
    ended: Instant,
    outcome: Result<Arc<T>, E>,
}

impl<T, E: Clone + Display> Cached<T, E> {
    pub(crate) fn new() -> Self {
        Self {
            last: Mutex::new(None),
            fetching: tokio::sync::Mutex::new(()),
        }
    }

    /// The value as it was at `oldest` or later; `None` takes a value of any age.
    ///
    /// If it cannot be fetched, the previous value stays in use: a page with a table name of two
    /// minutes ago is better than no page.
    pub(crate) async fn since(
        &self,
        oldest: Option<Instant>,
        fetch: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let arrived = Instant::now();
        if let Some(outcome) = self.answer(oldest, arrived) {
            return outcome;
        }
        let _guard = self.fetching.lock().await;
        if let Some(outcome) = self.answer(oldest, arrived) {
            return outcome;
        }
        let started = Instant::now();
        let fetched = fetch().await;
        self.store(started, fetched)
    }

    /// What the last attempt says to a request: a value must be young enough, a failure is only for
    /// the requests that waited for it.
    fn answer(&self, oldest: Option<Instant>, arrived: Instant) -> Option<Result<Arc<T>, E>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let attempt = last.as_ref()?;
        let usable = match attempt.outcome {
            Ok(_) => Some(attempt.started) >= oldest,
            Err(_) => attempt.ended >= arrived,
        };
        usable.then(|| attempt.outcome.clone())
    }

    fn store(&self, started: Instant, fetched: Result<T, E>) -> Result<Arc<T>, E> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.take().and_then(|attempt| attempt.outcome.ok());
        let outcome = match (fetched, before) {
            (Ok(value), _) => Ok(Arc::new(value)),
            (Err(err), Some(value)) => {
                warn!(
                    error = format!("{err:#}"),
                    "the previous value stays in use"
                );
                Ok(value)
            }
            (Err(err), None) => Err(err),
        };
        *last = Some(Attempt {
            started,
            ended: Instant::now(),
            outcome: outcome.clone(),
        });
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;

    type Texts = Cached<u32, String>;

    #[tokio::test]
    async fn a_young_value_is_not_fetched_again() {
        let cached = Texts::new();
        let oldest = Some(Instant::now());
        assert_eq!(*cached.since(oldest, async || Ok(1)).await.unwrap(), 1);
        assert_eq!(*cached.since(oldest, async || Ok(2)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn an_old_value_is_fetched_again() {
        let cached = Texts::new();
        cached
            .since(Some(Instant::now()), async || Ok(1))
            .await
            .unwrap();
        assert_eq!(
            *cached
                .since(Some(Instant::now()), async || Ok(2))
                .await
                .unwrap(),
            2
        );
    }

    #[tokio::test]
    async fn requests_at_the_same_time_share_one_fetch() {
        for outcome in [Ok(7), Err("denied".to_owned())] {
            let (cached, calls) = (Texts::new(), Cell::new(0));
            let fetch = async || {
                calls.set(calls.get() + 1);
                tokio::task::yield_now().await;
                outcome.clone()
            };
            let oldest = Some(Instant::now());
            let (first, second, third) = tokio::join!(
                cached.since(oldest, fetch),
                cached.since(oldest, fetch),
                cached.since(oldest, fetch),
            );
            assert_eq!(calls.get(), 1);
            for answer in [first, second, third] {
                assert_eq!(answer.map(|value| *value), outcome);
            }
        }
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let cached = Texts::new();
        let oldest = Some(Instant::now());
        cached
            .since(oldest, async || Err("denied".to_owned()))
            .await
            .unwrap_err();
        assert_eq!(*cached.since(oldest, async || Ok(1)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn the_old_value_outlives_a_failed_fetch_and_is_not_retried_at_once() {
        let cached = Texts::new();
        cached
            .since(Some(Instant::now()), async || Ok(1))
            .await
            .unwrap();
        let oldest = Some(Instant::now());
        let fail = async || Err("denied".to_owned());
        assert_eq!(*cached.since(oldest, fail).await.unwrap(), 1);
        assert_eq!(*cached.since(oldest, async || Ok(2)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_request_that_went_away_while_fetching_blocks_nobody() {
        let cached = Texts::new();
        let forever = cached.since(
            Some(Instant::now()),
            std::future::pending::<Result<u32, String>>,
        );
        tokio::time::timeout(Duration::from_millis(5), forever)
            .await
            .unwrap_err();
        assert_eq!(
            *cached
                .since(Some(Instant::now()), async || Ok(1))
                .await
                .unwrap(),
            1
        );
    }
}
