//! The time limit of a creation.

use std::time::Duration;

use super::forward::forward;
use super::run::Run;
use crate::resources;

/// The reason to roll back, for which deployers look in the events.
const EXCEEDED: &str = "Stack creation time exceeded the specified timeout. ";

/// What runs here takes its own time, at whatever pace.
const LEAST: Duration = Duration::from_secs(10);

/// Creates or updates the resources. A creation must end within its `TimeoutInMinutes`, of which the
/// local AWS waits its share, and AWS must not usually take longer for resources of these types.
///
/// # Errors
/// The reason to roll back.
pub(super) async fn forward_in_time(run: &Run) -> Result<(), String> {
    let limit = run.read(|stack| stack.timeout.filter(|_| stack.previous.is_none()));
    let Some(minutes) = limit else {
        return forward(run).await;
    };
    let limit = Duration::from_secs(60 * u64::from(minutes));
    let waits = run.account.pace.shrink(limit).max(LEAST);
    let work = forward(run);
    tokio::pin!(work);
    let done = tokio::select! {
        done = &mut work => done,
        () = tokio::time::sleep(waits) => {
            run.account.cancellations.cancel(&run.stack_id);
            // Each resource that is not ready ends as cancelled.
            let _ = work.await;
            return Err(EXCEEDED.into());
        }
    };
    done?;
    if run.read(resources::usual_duration) > limit {
        return Err(EXCEEDED.into());
    }
    Ok(())
}
