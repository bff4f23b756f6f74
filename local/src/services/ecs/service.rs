//! `AWS::ECS::Service`.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Number, json};

use super::cluster::Cluster;
use super::reconcile::{reconcile, stop};
use super::task_definition::TaskDefinition;
use crate::account::Account;
use crate::resources::{Made, Request, ResourceType, refusal};

/// The most tasks that a service can have (ECS quota "Tasks per service").
pub(super) const MOST_TASKS: u64 = 5000;

/// The largest share of the desired tasks, in percent.
const LARGEST_PERCENT: u64 = 1000;

/// How long CloudFormation waits for a service to become stable.
const STABILISATION: Duration = Duration::from_hours(3);

/// The least of it at any pace: processes start in real time.
const SHORTEST_STABILISATION: Duration = Duration::from_secs(30);

pub(crate) struct Service;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ServiceProperties {
    service_name: Option<String>,
    cluster: Option<String>,
    pub(super) task_definition: Option<String>,
    pub(super) desired_count: Option<Number>,
    pub(super) deployment_configuration: DeploymentConfiguration,
    pub(super) health_check_grace_period_seconds: Option<u64>,
    pub(super) load_balancers: Vec<LoadBalancer>,
    pub(super) network_configuration: NetworkConfiguration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DeploymentConfiguration {
    pub(super) minimum_healthy_percent: Option<Number>,
    pub(super) maximum_percent: Option<Number>,
    pub(super) deployment_circuit_breaker: DeploymentCircuitBreaker,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct DeploymentCircuitBreaker {
    pub(super) enable: bool,
    pub(super) rollback: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LoadBalancer {
    pub(super) target_group_arn: Option<String>,
    pub(super) container_name: Option<String>,
    pub(super) container_port: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct NetworkConfiguration {
    pub(super) awsvpc_configuration: AwsvpcConfiguration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct AwsvpcConfiguration {
    pub(super) subnets: Vec<String>,
}

impl ServiceProperties {
    /// The name of the service's cluster.
    pub(super) fn cluster_name(&self) -> &str {
        cluster_name(self.cluster.as_deref())
    }
}

/// A cluster's name, also where its ARN is given.
pub(super) fn cluster_name(cluster: Option<&str>) -> &str {
    let cluster = cluster.unwrap_or("default");
    cluster.rsplit('/').next().unwrap_or(cluster)
}

impl ResourceType for Service {
    const NAME: &'static str = "AWS::ECS::Service";
    const SCHEMA: &'static str = include_str!("service.json");
    const USUAL_DURATION: Duration = Duration::from_mins(1);
    type Properties = ServiceProperties;

    async fn create(request: &Request, properties: &ServiceProperties) -> Result<Made, String> {
        let account = &request.account;
        let name = request.name(properties.service_name.as_deref());
        let cluster = properties.cluster_name();
        let arn = account.arn("ecs", &format!("service/{cluster}/{name}"));
        if !account.read(|state| state.inventory.has(Cluster::NAME, cluster)) {
            return refused("Cluster not found.");
        }
        check(account, properties)?;
        if account.read(|state| state.inventory.get(&arn).is_some()) {
            return refused("Creation of service was not idempotent.");
        }
        let attributes = json!({"Name": name, "ServiceArn": arn});
        Ok(Made::new(arn, attributes))
    }

    async fn start(request: &Request, _: &ServiceProperties, _: &str) -> Result<(), String> {
        reconcile(&request.account);
        Ok(())
    }

    async fn settle(request: &Request) -> Result<(), String> {
        settle(&request.account, &request.physical_id).await
    }

    async fn update(
        request: &Request,
        _: &ServiceProperties,
        properties: &ServiceProperties,
    ) -> Result<(), String> {
        check(&request.account, properties)
    }

    fn updated(request: &Request, _: &ServiceProperties) {
        reconcile(&request.account);
    }

    /// Drains and stops the tasks.
    async fn delete(request: &Request, _: &ServiceProperties) -> Result<(), String> {
        stop(&request.account, &request.physical_id).await;
        Ok(())
    }

    async fn restore(account: &Arc<Account>, _: &str, _: &ServiceProperties) -> Result<(), String> {
        reconcile(account);
        Ok(())
    }
}

fn refused<T>(sentence: &str) -> Result<T, String> {
    Err(refusal(sentence, "Ecs", 400))
}

/// # Errors
/// ECS's message for a property that is out of bounds, or a task definition that does not stand.
fn check(account: &Account, properties: &ServiceProperties) -> Result<(), String> {
    let exceeds = |number: &Number, most: u64| number.as_u64().is_none_or(|given| given > most);
    if let Some(count) = &properties.desired_count
        && exceeds(count, MOST_TASKS)
    {
        return refused(&format!(
            "desiredCount {count} must lie between 0 and {MOST_TASKS}"
        ));
    }
    let configuration = &properties.deployment_configuration;
    for (name, percent) in [
        (
            "MinimumHealthyPercent",
            &configuration.minimum_healthy_percent,
        ),
        ("MaximumPercent", &configuration.maximum_percent),
    ] {
        if let Some(percent) = percent
            && exceeds(percent, LARGEST_PERCENT)
        {
            return refused(&format!("{name} must lie between 0 and {LARGEST_PERCENT}"));
        }
    }
    let definition = properties.task_definition.as_deref().unwrap_or_default();
    if !account.read(|state| state.inventory.has(TaskDefinition::NAME, definition)) {
        return refused(
            "TaskDefinition not found. (The local AWS takes its ARN only, as Ref gives it.)",
        );
    }
    Ok(())
}

/// Waits until the rollout of a service is done.
///
/// # Errors
/// The words in which CloudFormation reports a circuit breaker that was triggered, or a service
/// that never becomes stable.
async fn settle(account: &Account, arn: &str) -> Result<(), String> {
    let failed = |sentence: &str, code: &str| {
        Err(format!(
            "Resource handler returned message: \"{sentence}\" (RequestToken: {}, HandlerErrorCode: {code})",
            uuid::Uuid::new_v4()
        ))
    };
    let Some(mut handle) = account.tasks.handle(arn) else {
        return failed(&format!("Service {arn} not found."), "NotFound");
    };
    // Compared anew each time: auto scaling may ask for another count while this waits.
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
