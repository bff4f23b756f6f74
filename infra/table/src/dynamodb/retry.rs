//! Retries of calls that fail temporarily.

use std::time::Duration;

use connect::{is_throttling, is_transient};
use rand::RngExt as _;

/// `DynamoDB` scales within minutes, and a table of 5 units a second is slow, not broken.
const MAX_THROTTLED: u32 = 60;
/// A network that fails for longer needs a person.
const MAX_TRANSIENT: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// The retries of one piece of work.
#[derive(Debug, Default)]
pub(crate) struct Retry {
    /// The failed attempts since the last progress.
    attempts: u32,
    /// All retries so far.
    pub(crate) count: u64,
}

impl Retry {
    /// Waits before the next attempt. Returns the error if another attempt makes no sense.
    pub(crate) async fn wait(&mut self, err: deploy::Error) -> Result<(), deploy::Error> {
        let limit = match &err {
            deploy::Error::Aws { code, .. } if is_throttling(code) => MAX_THROTTLED,
            deploy::Error::Aws { code, .. } if is_transient(code) => MAX_TRANSIENT,
            deploy::Error::Unreachable(_) => MAX_TRANSIENT,
            deploy::Error::Proxy(err) if err.is_transient() => MAX_TRANSIENT,
            _ => 0,
        };
        if self.attempts >= limit {
            return Err(err);
        }
        self.pause().await;
        Ok(())
    }

    /// Starts again with short pauses, since something was done.
    pub(crate) fn progressed(&mut self) {
        self.attempts = 0;
    }

    /// Waits longer each time, and for a random share of it, so that callers do not retry in step.
    async fn pause(&mut self) {
        let longest = FIRST_PAUSE
            .saturating_mul(2_u32.saturating_pow(self.attempts))
            .min(LONGEST_PAUSE);
        self.attempts += 1;
        self.count += 1;
        let share = rand::rng().random_range(0.2..=1.0);
        tokio::time::sleep(longest.mul_f64(share)).await;
    }
}
