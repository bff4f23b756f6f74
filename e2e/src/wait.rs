//! Waiting for a condition.

use std::time::{Duration, Instant};

/// How long a condition may take to become true before the test fails. Beside other work on the machine, a
/// removal of a permission was seen after more than one minute.
const TIMEOUT: Duration = Duration::from_mins(3);
const INTERVAL: Duration = Duration::from_millis(10);

/// Asks again and again until there is an answer.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            start.elapsed() < TIMEOUT,
            "{what}: not within the time limit"
        );
        tokio::time::sleep(INTERVAL).await;
    }
}
