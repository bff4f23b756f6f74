//! Calls of tasks go through the network: what it does not let through gets no answer.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;

use crate::account::Account;
use crate::services::ec2;
use crate::services::iam::Principal;

/// How long a client without a time limit waits for a connection: Linux gives up after 127 s.
const LONGEST_WAIT: Duration = Duration::from_secs(127);

/// How many calls that the network stops wait at the same time; more are answered at once.
static WAITING: Semaphore = Semaphore::const_new(256);

/// The answer to a call that the network stops, after the time that a connection takes to fail. None if
/// the call gets through, or does not come from a task.
pub(super) async fn stop(account: &Account, caller: &Principal, service: &str) -> Option<Response> {
    let Principal::Session(session) = caller else {
        return None;
    };
    // ECS names the sessions of a task's roles after the task.
    let blocked = ec2::task_reaches(account, &session.name, endpoint_of(service)).err()?;
    tracing::warn!(
        "task {} does not reach {service}: {} {}",
        session.name,
        blocked.why,
        blocked.remedy
    );
    if let Ok(_place) = WAITING.try_acquire() {
        tokio::time::sleep(LONGEST_WAIT).await;
    }
    Some(StatusCode::GATEWAY_TIMEOUT.into_response())
}

/// The name of a service in VPC endpoints; requests are signed for another one in some cases.
fn endpoint_of(service: &str) -> &str {
    match service {
        "ecr" => "ecr.api",
        other => other,
    }
}
