//! Retries of calls that fail temporarily.

use std::time::Duration;

use connect::{is_throttling, is_transient};
use rand::RngExt as _;

/// How often a throttled call is repeated without progress, for about ten minutes in total:
/// `DynamoDB` may need minutes to scale.
const MAX_THROTTLED: u32 = 60;
/// How often a call is repeated without progress after a network failure, for about eight seconds
/// in total.
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

    /// Resets the pauses and the limits after progress.
    pub(crate) fn progressed(&mut self) {
        self.attempts = 0;
    }

    /// Waits longer each time. The pause is partly random, so that callers do not retry at the same
    /// moment.
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
