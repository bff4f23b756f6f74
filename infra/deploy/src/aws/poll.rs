use std::time::Duration;

use crate::Error;

/// A local endpoint settles within milliseconds, so the first look comes early.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// AWS suggests about one request a second.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How many failures in a row are put down to a busy AWS or a shaky network.
const PATIENCE: u32 = 10;

/// Looking at something again and again, less and less often, until it has settled.
#[derive(Debug)]
pub(crate) struct Poll {
    pause: Duration,
    misses: u32,
}

impl Poll {
    pub(crate) fn new() -> Self {
        Self {
            pause: FIRST_PAUSE,
            misses: 0,
        }
    }

    /// What was seen, or nothing when the look failed in a way that passes by itself.
    pub(crate) fn seen<T>(&mut self, look: Result<T, Error>) -> Result<Option<T>, Error> {
        match look {
            Ok(seen) => {
                self.misses = 0;
                Ok(Some(seen))
            }
            Err(err) if err.is_transient() && self.misses < PATIENCE => {
                self.misses += 1;
                self.pause = LONGEST_PAUSE;
                Ok(None)
            }
            Err(err) => Err(err),
        }
    }

    /// Waits before the next look.
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
    fn throttling_is_survived_with_longer_pauses_but_not_for_ever() {
        let mut poll = Poll::new();
        for _ in 0..PATIENCE {
            assert!(matches!(poll.seen(throttled()), Ok(None)));
            assert_eq!(poll.pause, LONGEST_PAUSE);
        }
        assert!(poll.seen(throttled()).is_err());
    }

    #[test]
    fn a_success_renews_the_patience() {
        let mut poll = Poll::new();
        for _ in 0..=PATIENCE {
            assert!(matches!(poll.seen(throttled()), Ok(None)));
            assert!(matches!(poll.seen(Ok(1)), Ok(Some(1))));
        }
    }

    #[test]
    fn other_errors_end_it_at_once() {
        assert!(Poll::new().seen::<()>(Err(Error::NoRegion)).is_err());
    }
}
