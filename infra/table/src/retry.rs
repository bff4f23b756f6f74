//! What passes by itself is waited for.

use std::time::Duration;

use rand::RngExt as _;

/// DynamoDB splits and scales within minutes; a table of 5 units a second is slow, not broken.
const THROTTLED: u32 = 60;
/// A network that is away for longer is to be looked at.
const TRANSIENT: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// How a piece of work that may be refused for the moment stands.
#[derive(Debug, Default)]
pub(crate) struct Retry {
    /// In a row, without any progress.
    attempts: u32,
    pub(crate) count: u64,
}

impl Retry {
    /// Waits before the next attempt, where one makes sense; else gives the error back.
    pub(crate) async fn wait(&mut self, err: deploy::Error) -> Result<(), deploy::Error> {
        let limit = match &err {
            deploy::Error::Aws { code, .. } if is_throttling(code) => THROTTLED,
            deploy::Error::Aws { code, .. } if is_passing(code) => TRANSIENT,
            deploy::Error::Unreachable(_) => TRANSIENT,
            deploy::Error::Proxy(err) if err.is_transient() => TRANSIENT,
            _ => 0,
        };
        if self.attempts >= limit {
            return Err(err);
        }
        self.pause().await;
        Ok(())
    }

    /// Longer each time, and by chance, so that not all come again at once.
    pub(crate) async fn pause(&mut self) {
        let longest = FIRST_PAUSE
            .saturating_mul(2_u32.saturating_pow(self.attempts))
            .min(LONGEST_PAUSE);
        self.attempts += 1;
        self.count += 1;
        let share = rand::rng().random_range(0.2..=1.0);
        tokio::time::sleep(longest.mul_f64(share)).await;
    }

    /// Something was done: the pauses are short again.
    pub(crate) fn progressed(&mut self) {
        self.attempts = 0;
    }
}

fn is_throttling(code: &str) -> bool {
    let codes = [
        "Throttl",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
    ];
    codes.iter().any(|text| code.contains(text))
}

fn is_passing(code: &str) -> bool {
    matches!(
        code,
        "InternalServerError" | "InternalFailure" | "ServiceUnavailable"
    )
}
