use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::failure::Failure;

/// Lets all calls of a service through while it is well. While it fails, one call at a time finds out
/// whether it is well again; the others wait for that call and share its failure.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    failed: Mutex<Option<(Instant, Failure)>>,
    probe: tokio::sync::Mutex<()>,
}

impl Gate {
    /// Makes the call, or returns the failure of a call that was made in the meantime.
    pub(crate) async fn pass<T>(
        &self,
        call: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let arrived = Instant::now();
        if self.lock().is_none() {
            return self.note(call.await);
        }
        let probe = self.probe.lock().await;
        let failed = self.lock().clone();
        match failed {
            Some((ended, failure)) if ended >= arrived => Err(failure),
            Some(_) => self.note(call.await),
            None => {
                drop(probe);
                self.note(call.await)
            }
        }
    }

    fn note<T>(&self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        *self.lock() = match &outcome {
            Err(failure) if failure.kind().is_of_the_service() => {
                Some((Instant::now(), failure.clone()))
            }
            _ => None,
        };
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Instant, Failure)>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::aws::Call;

    const CALL: Call<'_> = Call {
        action: "dynamodb:Scan",
        noun: "table",
        name: "books",
    };

    async fn fails(calls: &Cell<u32>) -> Result<(), Failure> {
        calls.set(calls.get() + 1);
        tokio::task::yield_now().await;
        Err(Failure::late(CALL))
    }

    #[tokio::test]
    async fn a_service_that_fails_is_called_once_and_not_by_each_request() {
        let (gate, calls) = (Gate::default(), Cell::new(0));
        gate.pass(fails(&calls)).await.unwrap_err();
        let (first, second) = tokio::join!(gate.pass(fails(&calls)), gate.pass(fails(&calls)));
        first.unwrap_err();
        second.unwrap_err();
        assert_eq!(calls.get(), 2);
    }

    #[tokio::test]
    async fn a_service_that_is_well_again_serves_all_at_once() {
        let (gate, calls) = (Gate::default(), Cell::new(0));
        gate.pass(fails(&calls)).await.unwrap_err();
        let works = async || Ok::<_, Failure>(1);
        let (first, second) = tokio::join!(gate.pass(works()), gate.pass(works()));
        assert_eq!((first.unwrap(), second.unwrap()), (1, 1));
    }

    #[tokio::test]
    async fn a_refusal_of_one_call_is_no_failure_of_the_service() {
        let (gate, calls) = (Gate::default(), Cell::new(0));
        let refused = async || Err::<(), _>(Failure::unusable("/a", "it is empty"));
        gate.pass(refused()).await.unwrap_err();
        let (first, second) = tokio::join!(gate.pass(fails(&calls)), gate.pass(fails(&calls)));
        first.unwrap_err();
        second.unwrap_err();
        assert_eq!(calls.get(), 2);
    }
}
