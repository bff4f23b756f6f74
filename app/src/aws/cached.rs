use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tracing::{Instrument, info, warn};

use super::failure::Failure;

/// The last valid value, which is used at once and read again behind the requests.
///
/// Only one attempt to read it runs at a time, in a task of its own: a request that goes away does
/// not end it, and all requests that have to wait share it.
#[derive(Debug)]
pub(crate) struct Cached<T> {
    state: Arc<Mutex<State<T>>>,
    pause: Pause,
}

/// How long a failure is kept before the next attempt, with a previous value and without one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pause {
    pub(crate) with_value: Duration,
    pub(crate) without: Duration,
}

/// When a value is too old to be used, unless it could not be read again, and how long a request then
/// waits for a newer one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stale {
    pub(crate) age: Duration,
    pub(crate) patience: Duration,
}

#[derive(Debug)]
struct State<T> {
    value: Option<Kept<T>>,
    /// The last attempt, if it failed.
    failed: Option<Failed>,
    running: Option<Running<T>>,
}

#[derive(Debug)]
struct Kept<T> {
    /// When the attempt started: the value was valid then or later.
    started: Instant,
    value: Arc<T>,
}

#[derive(Debug)]
struct Failed {
    started: Instant,
    ended: Instant,
    failure: Failure,
}

#[derive(Debug)]
struct Running<T> {
    started: Instant,
    end: Attempt<T>,
}

/// What is known when a value is asked for.
enum Look<T> {
    Known(Outcome<T>),
    Coming(Attempt<T>),
    Stale(Arc<T>, Attempt<T>, Duration),
}

/// The end of an attempt. If the task is gone without one, it has panicked.
type Attempt<T> = watch::Receiver<Option<Outcome<T>>>;
type Outcome<T> = Result<Arc<T>, Failure>;

impl<T: Send + Sync + 'static> Cached<T> {
    pub(crate) fn new(pause: Pause) -> Self {
        let state = State {
            value: None,
            failed: None,
            running: None,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            pause,
        }
    }

    /// The value. If there is one, it is returned at once, however old it is. If it is older than
    /// `age`, it is read again behind the request.
    pub(crate) async fn current<F>(&self, age: Duration, fetch: impl FnOnce() -> F) -> Outcome<T>
    where
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        self.recent(age, None, fetch).await
    }

    /// The value as [`current`](Self::current) returns it, unless it is [`Stale`]: then the request waits.
    pub(crate) async fn recent<F>(
        &self,
        age: Duration,
        stale: Option<Stale>,
        fetch: impl FnOnce() -> F,
    ) -> Outcome<T>
    where
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        match self.look(age, stale, fetch) {
            Look::Known(outcome) => outcome,
            Look::Coming(attempt) => end(attempt).await,
            Look::Stale(value, attempt, patience) => {
                let newer = tokio::time::timeout(patience, end(attempt)).await;
                Ok(newer.ok().and_then(Result::ok).unwrap_or(value))
            }
        }
    }

    fn look<F>(&self, age: Duration, limit: Option<Stale>, fetch: impl FnOnce() -> F) -> Look<T>
    where
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let mut state = self.lock();
        let paused = state.paused(self.pause);
        let Some(kept) = &state.value else {
            return match paused {
                Some(failure) => Look::Known(Err(failure)),
                None => Look::Coming(self.join(&mut state, fetch)),
            };
        };
        let (value, its_age) = (Arc::clone(&kept.value), kept.started.elapsed());
        if its_age < age || paused.is_some() {
            return Look::Known(Ok(value));
        }
        let attempt = self.join(&mut state, fetch);
        // While reading it fails, no request waits.
        let is_stale = |limit: &Stale| its_age >= limit.age && state.failed.is_none();
        match limit.filter(is_stale) {
            Some(Stale { patience, .. }) => Look::Stale(value, attempt, patience),
            None => Look::Known(Ok(value)),
        }
    }

    /// The value as it was at `oldest` or later. If it cannot be read, the previous value stays.
    pub(crate) async fn since<F>(&self, oldest: Instant, fetch: impl Fn() -> F) -> Outcome<T>
    where
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        loop {
            let (attempt, started) = {
                let mut state = self.lock();
                if let Some(outcome) = state.since(oldest) {
                    return outcome;
                }
                let attempt = self.join(&mut state, &fetch);
                (
                    attempt,
                    state.running.as_ref().map(|running| running.started),
                )
            };
            let outcome = end(attempt).await;
            if started >= Some(oldest) {
                return outcome;
            }
        }
    }

    /// How old the value is; zero if there is none.
    pub(crate) fn age(&self) -> Duration {
        let state = self.lock();
        let kept = state.value.as_ref();
        kept.map_or(Duration::ZERO, |kept| kept.started.elapsed())
    }

    /// The attempt that runs, or a new one.
    fn join<F>(&self, state: &mut State<T>, fetch: impl FnOnce() -> F) -> Attempt<T>
    where
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        match &state.running {
            Some(running) if state.is_running() => running.end.clone(),
            _ => self.start(state, fetch()),
        }
    }

    fn start<F>(&self, state: &mut State<T>, fetch: F) -> Attempt<T>
    where
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let (ended, end) = watch::channel(None);
        let started = Instant::now();
        state.running = Some(Running {
            started,
            end: end.clone(),
        });
        let shared = Arc::clone(&self.state);
        let attempt = async move {
            let fetched = fetch.await;
            let outcome = lock(&shared).store(started, fetched);
            ended.send_replace(Some(outcome));
        };
        tokio::spawn(attempt.in_current_span());
        end
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        lock(&self.state)
    }
}

impl<T> State<T> {
    fn is_running(&self) -> bool {
        // The task of an attempt that panicked has closed the channel without an end.
        let running = self.running.as_ref();
        running.is_some_and(|running| running.end.has_changed().is_ok())
    }

    /// The failure of the last attempt, if it is too early for another one.
    fn paused(&self, pause: Pause) -> Option<Failure> {
        let pause = match self.value {
            Some(_) => pause.with_value,
            None => pause.without,
        };
        let failed = self.failed.as_ref()?;
        let is_early = !self.is_running() && failed.ended.elapsed() < pause;
        is_early.then(|| failed.failure.clone())
    }

    /// What is known at `oldest` or later.
    fn since(&self, oldest: Instant) -> Option<Outcome<T>> {
        let failed = self.failed.as_ref().filter(|it| it.started >= oldest);
        match (&self.value, failed) {
            (Some(kept), _) if kept.started >= oldest => Some(Ok(Arc::clone(&kept.value))),
            (Some(kept), Some(_)) => Some(Ok(Arc::clone(&kept.value))),
            (None, Some(failed)) => Some(Err(failed.failure.clone())),
            (_, None) => None,
        }
    }

    /// Keeps what an attempt has given. A failure never replaces a value.
    fn store(&mut self, started: Instant, fetched: Result<T, Failure>) -> Outcome<T> {
        self.running = None;
        let failure = match fetched {
            Ok(value) => {
                if self.failed.take().is_some() && self.value.is_some() {
                    info!("the value could be read again");
                }
                let value = Arc::new(value);
                self.value = Some(Kept {
                    started,
                    value: Arc::clone(&value),
                });
                return Ok(value);
            }
            Err(failure) => failure,
        };
        let failed = Failed {
            started,
            ended: Instant::now(),
            failure: failure.clone(),
        };
        let failed_before = self.failed.replace(failed).is_some();
        let Some(kept) = &self.value else {
            return Err(failure);
        };
        // The first failure of an outage is enough for the log.
        if !failed_before {
            let error = format!("{failure:#}");
            warn!(error, "the previous value stays in use");
        }
        Ok(Arc::clone(&kept.value))
    }
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn end<T>(mut attempt: Attempt<T>) -> Outcome<T> {
    let ended = attempt.wait_for(Option::is_some).await;
    let outcome = ended.ok().and_then(|outcome| outcome.clone());
    outcome.unwrap_or_else(|| Err(Failure::interrupted()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    const OLD: Duration = Duration::ZERO;
    const YOUNG: Duration = Duration::from_mins(1);

    /// A failure is kept for so long while there is no value.
    fn cached(without: Duration) -> Cached<u32> {
        Cached::new(Pause {
            with_value: OLD,
            without,
        })
    }

    fn failure() -> Failure {
        Failure::unusable("/a", "it is empty")
    }

    /// Waits until no attempt runs.
    async fn settled(cached: &Cached<u32>) {
        while cached.lock().is_running() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_young_value_is_not_read_again() {
        let cached = cached(OLD);
        for number in [1, 2] {
            let fetch = || async move { Ok(number) };
            let value = cached.current(YOUNG, fetch).await.unwrap();
            assert_eq!(*value, 1);
        }
    }

    #[tokio::test]
    async fn an_old_value_is_used_at_once_and_read_again_behind_the_request() {
        let cached = cached(OLD);
        cached.current(OLD, async || Ok(1)).await.unwrap();
        let go_on = Arc::new(Notify::new());
        let wait = Arc::clone(&go_on);
        let slow = || async move {
            wait.notified().await;
            Ok(2)
        };
        assert_eq!(*cached.current(OLD, slow).await.unwrap(), 1);
        // One attempt runs: no other one is made.
        assert_eq!(*cached.current(OLD, async || Ok(3)).await.unwrap(), 1);
        go_on.notify_one();
        settled(&cached).await;
        assert_eq!(*cached.current(YOUNG, async || Ok(4)).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_stale_value_is_not_used_before_it_is_read_again() {
        const NOW: Option<Stale> = Some(Stale {
            age: OLD,
            patience: YOUNG,
        });
        let cached = cached(OLD);
        cached.current(OLD, async || Ok(1)).await.unwrap();
        let newer = cached.recent(OLD, NOW, async || Ok(2)).await;
        assert_eq!(*newer.unwrap(), 2);
        // It cannot be read again, and the next request does not wait for that.
        let failed = cached.recent(OLD, NOW, async || Err(failure())).await;
        assert_eq!(*failed.unwrap(), 2);
        let hangs = || std::future::pending::<Result<u32, Failure>>();
        assert_eq!(*cached.recent(OLD, NOW, hangs).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_request_does_not_wait_long_for_a_stale_value() {
        let (cached, patience) = (cached(OLD), Duration::from_millis(5));
        cached.current(OLD, async || Ok(1)).await.unwrap();
        let hangs = || std::future::pending::<Result<u32, Failure>>();
        let stale = Some(Stale { age: OLD, patience });
        assert_eq!(*cached.recent(OLD, stale, hangs).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn requests_at_the_same_time_share_one_attempt_and_its_failure() {
        for outcome in [Ok(7), Err(failure())] {
            let (cached, calls) = (cached(YOUNG), Arc::new(AtomicU32::new(0)));
            let fetch = || {
                let (calls, outcome) = (Arc::clone(&calls), outcome.clone());
                async move {
                    calls.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    outcome
                }
            };
            let (first, second) =
                tokio::join!(cached.current(YOUNG, fetch), cached.current(YOUNG, fetch));
            // It comes shortly after the failure.
            let third = cached.current(YOUNG, fetch).await;
            assert_eq!(calls.load(Ordering::SeqCst), 1);
            for answer in [first, second, third] {
                assert_eq!(answer.is_ok(), outcome.is_ok());
            }
        }
    }

    #[tokio::test]
    async fn the_old_value_outlives_every_failure() {
        let cached = cached(OLD);
        cached.current(OLD, async || Ok(1)).await.unwrap();
        for _ in 0..3 {
            assert_eq!(
                *cached.current(OLD, async || Err(failure())).await.unwrap(),
                1
            );
            settled(&cached).await;
            let asked = Instant::now();
            let fail = async || Err(failure());
            assert_eq!(*cached.since(asked, fail).await.unwrap(), 1);
        }
        assert_eq!(
            *cached.since(Instant::now(), async || Ok(2)).await.unwrap(),
            2
        );
    }

    #[tokio::test]
    async fn after_a_failure_the_next_attempt_waits_for_its_pause() {
        let cached = Cached::new(Pause {
            with_value: YOUNG,
            without: OLD,
        });
        cached.current(OLD, async || Ok(1)).await.unwrap();
        cached.current(OLD, async || Err(failure())).await.unwrap();
        settled(&cached).await;
        cached.current(OLD, async || Ok(2)).await.unwrap();
        settled(&cached).await;
        assert_eq!(*cached.current(YOUNG, async || Ok(3)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_request_that_goes_away_does_not_end_the_attempt() {
        let cached = cached(OLD);
        let go_on = Arc::new(Notify::new());
        let wait = Arc::clone(&go_on);
        let slow = || async move {
            wait.notified().await;
            Ok(1)
        };
        let gone = cached.current(YOUNG, slow);
        tokio::time::timeout(Duration::from_millis(5), gone)
            .await
            .unwrap_err();
        go_on.notify_one();
        assert_eq!(*cached.current(YOUNG, async || Ok(2)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn an_attempt_that_panics_is_a_failure_and_not_the_last_attempt() {
        let cached = cached(OLD);
        #[expect(clippy::panic, reason = "it is what is tested")]
        let panics = async || -> Result<u32, Failure> { panic!("inner words") };
        let failure = cached.current(YOUNG, panics).await.unwrap_err();
        assert!(!failure.to_string().contains("inner words"), "{failure}");
        assert_eq!(*cached.current(YOUNG, async || Ok(1)).await.unwrap(), 1);
    }
}
