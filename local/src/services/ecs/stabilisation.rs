//! Waiting until a service is stable.

use std::sync::Arc;
use std::time::Duration;

use crate::account::Account;

/// How long CloudFormation waits for a service to become stable.
const STABILISATION: Duration = Duration::from_hours(3);

/// The shortest time to wait at any pace: processes start in real time.
const SHORTEST_STABILISATION: Duration = Duration::from_secs(30);

/// Waits until the rollout of a service is done.
///
/// # Errors
/// CloudFormation's message for a triggered circuit breaker, or for a service that never becomes
/// stable.
pub(super) async fn settle(account: &Account, arn: &str) -> Result<(), String> {
    let failed = |sentence: &str, code: &str| {
        Err(format!(
            "Resource handler returned message: \"{sentence}\" (RequestToken: {}, HandlerErrorCode: {code})",
            uuid::Uuid::new_v4()
        ))
    };
    let Some(mut handle) = account.tasks.handle(arn) else {
        return failed(&format!("Service {arn} not found."), "NotFound");
    };
    // Read again each time: auto scaling may change the desired count in the meantime.
    let wanted = Arc::clone(&handle.wanted);
    let settled = handle
        .rollout
        .wait_for(|rollout| rollout.is_settled(&wanted.borrow()));
    let longest = account
        .pace
        .shrink(STABILISATION)
        .max(SHORTEST_STABILISATION);
    match tokio::time::timeout(longest, settled).await {
        Err(_) | Ok(Err(_)) => failed("Exceeded attempts to wait", "NotStabilized"),
        Ok(Ok(rollout)) if rollout.has_failed() => failed(
            "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
            "GeneralServiceException",
        ),
        Ok(Ok(_)) => Ok(()),
    }
}
