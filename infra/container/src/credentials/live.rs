use std::time::{Duration, SystemTime};

use deploy::Output;

use super::parameter::{Parameter, Version};
use crate::Error;

/// After this time, every task has read a new version: the app reads it again every minute.
pub(super) const LIVE: Duration = Duration::from_mins(1);
/// How far the clock of this machine may be from that of AWS, which refuses requests beyond.
const SKEW: Duration = Duration::from_mins(5);

/// Waits until the app has read all that has been written until now.
pub(super) async fn wait_until_live(
    parameter: Parameter<'_>,
    mut version: Version,
) -> Result<(), Error> {
    if is_surely_live(version.modified, SystemTime::now()) {
        return Ok(());
    }
    loop {
        Output::Lines.progress(&format!(
            "Waiting {} seconds, until every task has read the new password: do not use it before",
            LIVE.as_secs()
        ));
        tokio::time::sleep(LIVE).await;
        let now = parameter.read().await?;
        if now.number == version.number {
            return Ok(());
        }
        version = now;
    }
}

fn is_surely_live(modified: Option<SystemTime>, now: SystemTime) -> bool {
    let age = modified.and_then(|modified| now.duration_since(modified).ok());
    age.is_some_and(|age| age >= LIVE + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_old_version_is_surely_live() {
        let now = SystemTime::now();
        let before = |seconds| now.checked_sub(Duration::from_secs(seconds));
        for (modified, expected) in [
            (before(0), false),
            (before(61), false),
            (before(359), false),
            (before(360), true),
            (before(86_400), true),
            (now.checked_add(Duration::from_hours(1)), false),
            (None, false),
        ] {
            assert_eq!(is_surely_live(modified, now), expected, "{modified:?}");
        }
    }
}
