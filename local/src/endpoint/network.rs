//! Calls of tasks go through the network: what it does not let through gets no answer.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;

use crate::account::{Account, TaskOrigin};
use crate::services::ec2;
use crate::services::iam::{Passage, Principal};

/// How long a client without a time limit waits for a connection: Linux gives up after 127 s.
const LONGEST_WAIT: Duration = Duration::from_secs(127);

/// How many calls that the network stops wait at the same time; more are answered at once.
static WAITING: Semaphore = Semaphore::const_new(256);

/// The way of a call through the network; None if it does not come from a task.
///
/// # Errors
/// The answer to a call that the network stops, after the time that a connection takes to fail.
pub(super) async fn pass(
    account: &Account,
    origin: Option<&TaskOrigin>,
    caller: &Principal,
    service: &str,
) -> Result<Option<Passage>, Response> {
    let task = match (origin, caller) {
        (Some(origin), _) => origin.0.as_str(),
        // Without networks of their own, tasks are known by their sessions, which ECS names after them.
        (None, Principal::Session(session)) => session.name.as_str(),
        (None, Principal::Developer) => return Ok(None),
    };
    let blocked = match ec2::task_passage(account, task, endpoint_of(service)) {
        Ok(passage) => return Ok(passage),
        Err(blocked) => blocked,
    };
    tracing::warn!(
        "task {task} does not reach {service}: {} {}",
        blocked.why,
        blocked.remedy
    );
    if let Ok(_place) = WAITING.try_acquire() {
        tokio::time::sleep(LONGEST_WAIT).await;
    }
    Err(StatusCode::GATEWAY_TIMEOUT.into_response())
}

/// The name of a service in VPC endpoints; requests are signed for another one in some cases.
fn endpoint_of(service: &str) -> &str {
    match service {
        "ecr" => "ecr.api",
        other => other,
    }
}
