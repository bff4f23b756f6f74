//! `ContinueServiceDeployment` and `StopServiceDeployment`.
//!
//! Sources of the messages:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html> for
//! continuing, whose words `StopServiceDeployment` shares here.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::deployments::named;
use crate::account::Account;
use crate::aws::{Answer, AwsError, heed};
use crate::services::ecs::running::Order;
use crate::services::ecs::service_deployment::{HookStatus, ServiceDeployment, Status};

/// The longest time to wait until the scheduler has taken an order.
const TAKEN: Duration = Duration::from_secs(2);

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Continue {
    service_deployment_arn: String,
    hook_id: String,
    action: Option<String>,
}

pub(super) async fn proceed(account: &Account, input: &Value) -> Answer {
    let input: Continue = heed(input)?;
    let deployment = find(account, &input.service_deployment_arn)?;
    if !input.hook_id.starts_with("ecs-") || input.hook_id.split('-').count() < 3 {
        return Err(invalid(
            "Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}",
        ));
    }
    if deployment.status.is_terminal() {
        return Err(invalid(
            "Continuing a service deployment is not allowed for service deployment in terminal states.",
        ));
    }
    let mut hooks = deployment.hooks.iter();
    let waits =
        hooks.any(|hook| hook.id == input.hook_id && hook.status == HookStatus::AwaitingAction);
    if !waits {
        return Err(invalid(
            "Provided hookId is either completed, unavailable, or not associated with the given Resource ARN",
        ));
    }
    let order = Order::Continue {
        hook: input.hook_id.clone(),
        roll_back: input.action.as_deref() == Some("ROLLBACK"),
    };
    account.tasks.ask(&deployment.id, order);
    let arn = &input.service_deployment_arn;
    taken(account, arn, |deployment| {
        let mut hooks = deployment.hooks.iter();
        !hooks.any(|hook| hook.id == input.hook_id && hook.status == HookStatus::AwaitingAction)
    })
    .await;
    Ok(json!({"serviceDeploymentArn": arn}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Stop {
    service_deployment_arn: String,
    stop_type: Option<String>,
}

pub(super) async fn stop(account: &Account, input: &Value) -> Answer {
    let input: Stop = heed(input)?;
    let deployment = find(account, &input.service_deployment_arn)?;
    if deployment.status.is_terminal() {
        return Err(AwsError::new(
            "ConflictException",
            "Stopping a service deployment is not allowed for service deployment in terminal states.",
        ));
    }
    let order = Order::Stop {
        roll_back: input.stop_type.as_deref() != Some("ABORT"),
    };
    account.tasks.ask(&deployment.id, order);
    let arn = &input.service_deployment_arn;
    taken(account, arn, |deployment| {
        deployment.status != Status::InProgress
    })
    .await;
    Ok(json!({"serviceDeploymentArn": arn}))
}

fn invalid(sentence: &str) -> AwsError {
    AwsError::new("InvalidParameterException", sentence)
}

/// # Errors
/// ECS's message for a service deployment that does not exist.
fn find(account: &Account, arn: &str) -> Result<ServiceDeployment, AwsError> {
    let found = known(account, arn);
    found.ok_or_else(|| {
        AwsError::new(
            "ServiceDeploymentNotFoundException",
            "The service deployment does not exist.",
        )
    })
}

fn known(account: &Account, arn: &str) -> Option<ServiceDeployment> {
    let (service, id) = named(account, arn)?;
    let ledger = account.tasks.ledger();
    let mut all = ledger.services.get(&service)?.history.iter();
    all.find(|deployment| deployment.id == id).cloned()
}

/// Waits until the scheduler shows what was ordered.
async fn taken(account: &Account, arn: &str, is_taken: impl Fn(&ServiceDeployment) -> bool) {
    let start = Instant::now();
    while start.elapsed() < TAKEN && known(account, arn).is_some_and(|one| !is_taken(&one)) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
