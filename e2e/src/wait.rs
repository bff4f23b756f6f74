//! Waiting for a condition.

use std::time::{Duration, Instant};

/// How long a condition may take to become true before the test fails.
const TIMEOUT: Duration = Duration::from_mins(1);
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
