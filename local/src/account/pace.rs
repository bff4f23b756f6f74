//! How fast time passes on the local AWS.

use std::time::Duration;

/// The share of the real waiting time that the local AWS waits: 1 is as slow as AWS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace(f64);

impl Pace {
    /// A pace from 0 (never waits) to 1 (as slow as AWS) and beyond.
    pub(crate) fn new(share: f64) -> Self {
        Self(share.clamp(0.0, 100.0))
    }

    /// The local AWS's share of `real`.
    pub(crate) fn shrink(self, real: Duration) -> Duration {
        real.mul_f64(self.0)
    }

    /// Waits for the local AWS's share of `real`.
    pub(crate) async fn wait(self, real: Duration) {
        tokio::time::sleep(self.shrink(real)).await;
    }
}
