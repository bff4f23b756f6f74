//! Waiting until a service is stable.

use std::sync::Arc;
use std::time::Duration;

use super::deployment_configuration::Strategy;
use super::scheduler::Cause;
use crate::account::Account;

/// How long CloudFormation waits for a service to become stable.
const STABILISATION: Duration = Duration::from_hours(3);

/// How long it waits for a deployment that shifts traffic
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html>).
const SHIFT: Duration = Duration::from_hours(36);

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
    let time = match wanted.borrow().strategy {
        Strategy::Rolling => STABILISATION,
        _ => SHIFT,
    };
    let longest = account.pace.shrink(time).max(SHORTEST_STABILISATION);
    match tokio::time::timeout(longest, settled).await {
        Err(_) | Ok(Err(_)) => failed("Exceeded attempts to wait", "NotStabilized"),
        Ok(Ok(rollout)) => rollout.failure().map_or(Ok(()), |failure| {
            let what = match failure.cause {
                Cause::CircuitBreaker => "ECS Deployment Circuit Breaker was triggered",
                Cause::Alarm | Cause::Other => failure.reason.trim_end_matches('.'),
            };
            failed(
                &format!("Error occurred during operation '{what}'."),
                "GeneralServiceException",
            )
        }),
    }
}
