use std::time::{Duration, SystemTime};

use deploy::{Output, duration};
use rand::RngExt as _;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::answer::Failure;
use super::registry::Registry;

const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// A person wonders about a longer one.
const SILENT_PAUSE: Duration = Duration::from_secs(1);

/// Whether a request that failed may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It would fail again, or has done too often.
    Never,
    /// After at least this pause.
    After(Duration),
    /// At once: the time that no answer came in counts as a pause.
    Silent(Duration),
    /// The registry asks for a longer pause than a push makes.
    NotBefore(Duration),
}

/// Makes attempts until one succeeds or fails for good, or the pauses between them add up to the
/// registry's patience.
///
/// Each pause is longer than the last, and partly random to keep parallel pushes apart. It comes
/// on top of the one that the registry asks for.
pub(crate) async fn retried<T, F>(
    registry: &Registry,
    output: Output,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut left = registry.patience;
    let mut longest = FIRST_PAUSE;
    loop {
        let failure = match attempt().await {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        let (asked, lost) = match failure.retry {
            Retry::After(asked) if asked > left => {
                return Err(failure.with(Retry::NotBefore(asked)));
            }
            Retry::After(_) if left.is_zero() => return Err(failure.with(Retry::Never)),
            Retry::Silent(lost) if lost >= left => return Err(failure.with(Retry::Never)),
            Retry::After(asked) => (asked, Duration::ZERO),
            Retry::Silent(lost) => (Duration::ZERO, lost),
            Retry::Never | Retry::NotBefore(_) => return Err(failure),
        };
        let share = rand::rng().random_range(0.5..=1.0);
        let pause = (asked + longest.mul_f64(share)).min(left);
        if pause >= SILENT_PAUSE {
            let (host, reason) = (registry.host(), &failure.reason);
            let pause = duration::words(pause.as_secs());
            output.progress(&format!("{host}: {reason}: next attempt in {pause}"));
        }
        tokio::time::sleep(pause).await;
        left = left.saturating_sub(pause + lost);
        longest = (longest * 2).min(LONGEST_PAUSE);
    }
}

/// The pause that an answer asks for, in seconds or until a date on the clock of the registry.
pub(crate) fn retry_after(headers: &HeaderMap) -> Duration {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let date = |text| httpdate::parse_http_date(text).ok();
    let Some(asked) = text(RETRY_AFTER).map(str::trim) else {
        return Duration::ZERO;
    };
    if let Ok(seconds) = asked.parse() {
        return Duration::from_secs(seconds);
    }
    let now = text(DATE).and_then(date).unwrap_or_else(SystemTime::now);
    let pause = date(asked).and_then(|until| until.duration_since(now).ok());
    pause.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(retry_after: &str, date: Option<&str>) -> Duration {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        super::retry_after(&headers)
    }

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_until_a_date() {
        let minute = Duration::from_mins(1);
        assert_eq!(pause("60", None), minute);
        let date = "Fri, 31 Dec 1999 23:59:00 GMT";
        assert_eq!(pause("Sat, 01 Jan 2000 00:00:00 GMT", Some(date)), minute);
        for passed in ["Fri, 31 Dec 1999 23:58:00 GMT", "-1", "soon", ""] {
            assert_eq!(pause(passed, Some(date)), Duration::ZERO, "{passed}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), Duration::ZERO);
    }
}
