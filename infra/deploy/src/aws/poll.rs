use std::time::Duration;

use crate::Error;

/// The local AWS is done within milliseconds, so the first pause is short.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// AWS suggests about one request a second.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How many temporary failures in a row are tolerated, as of a busy AWS or an unstable network.
const MOST_FAILURES: u32 = 10;

/// The pace of calling something again and again: fast at first, then slower.
#[derive(Debug)]
pub(crate) struct Poll {
    pause: Duration,
    failures: u32,
}

impl Poll {
    pub(crate) fn new() -> Self {
        Self {
            pause: FIRST_PAUSE,
            failures: 0,
        }
    }

    /// The result of a call; `None` if it failed temporarily and should be repeated.
    pub(crate) fn check<T>(&mut self, result: Result<T, Error>) -> Result<Option<T>, Error> {
        match result {
            Ok(value) => {
                self.failures = 0;
                Ok(Some(value))
            }
            Err(err) if err.is_transient() && self.failures < MOST_FAILURES => {
                self.failures += 1;
                self.pause = LONGEST_PAUSE;
                Ok(None)
            }
            Err(err) => Err(err),
        }
    }

    /// Waits before the next call.
    pub(crate) async fn pause(&mut self) {
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttled() -> Result<(), Error> {
        Err(Error::Aws {
            code: "Throttling".into(),
            message: "Rate exceeded".into(),
        })
    }

    #[test]
    fn throttling_leads_to_longer_pauses_and_at_last_to_an_error() {
        let mut poll = Poll::new();
        for _ in 0..MOST_FAILURES {
            assert!(matches!(poll.check(throttled()), Ok(None)));
            assert_eq!(poll.pause, LONGEST_PAUSE);
        }
        assert!(poll.check(throttled()).is_err());
    }

    #[test]
    fn a_success_restarts_the_count() {
        let mut poll = Poll::new();
        for _ in 0..=MOST_FAILURES {
            assert!(matches!(poll.check(throttled()), Ok(None)));
            assert!(matches!(poll.check(Ok(1)), Ok(Some(1))));
        }
    }

    #[test]
    fn other_errors_are_returned_at_once() {
        assert!(Poll::new().check::<()>(Err(Error::NoRegion)).is_err());
    }
}
