//! Repeats failed requests.

use std::time::Duration;

use deploy::{Output, duration};
use rand::RngExt as _;

use super::failure::{Failure, Retry};
use super::target::Registry;

const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// A pause of this length or more is announced, since a user would notice it.
const ANNOUNCED_PAUSE: Duration = Duration::from_secs(1);

/// Repeats `attempt` until it succeeds, fails for good, or the pauses add up to the registry's
/// `max_wait`.
///
/// The pauses grow, and are partly random to keep parallel pushes apart. A pause that the registry
/// asks for is added to them.
pub(super) async fn retried<T, F>(
    registry: &Registry,
    output: Output,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut left = registry.max_wait;
    let mut longest = FIRST_PAUSE;
    loop {
        let failure = match attempt().await {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        let (requested, timeout) = match failure.retry {
            Retry::After(requested) if requested > left => {
                return Err(failure.with(Retry::PauseTooLong(requested)));
            }
            Retry::After(_) if left.is_zero() => return Err(failure.with(Retry::Never)),
            Retry::AfterTimeout(timeout) if timeout >= left => {
                return Err(failure.with(Retry::Never));
            }
            Retry::After(requested) => (requested, Duration::ZERO),
            Retry::AfterTimeout(timeout) => (Duration::ZERO, timeout),
            Retry::Never | Retry::PauseTooLong(_) => return Err(failure),
        };
        let share = rand::rng().random_range(0.5..=1.0);
        let pause = (requested + longest.mul_f64(share)).min(left);
        if pause >= ANNOUNCED_PAUSE {
            let (host, reason) = (registry.host(), &failure.reason);
            let pause = duration::words(pause.as_secs());
            output.progress(&format!("{host}: {reason}: next attempt in {pause}"));
        }
        tokio::time::sleep(pause).await;
        left = left.saturating_sub(pause + timeout);
        longest = (longest * 2).min(LONGEST_PAUSE);
    }
}
