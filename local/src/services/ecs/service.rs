//! `AWS::ECS::Service`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Number, json};

use super::api::keep_inactive;
use super::cluster::Cluster;
use super::desired_count;
use super::reconcile::{forget, reconcile, restore, stop};
use super::service_properties::ServiceProperties;
use super::stabilisation::settle;
use super::task_definition::resolve;
use crate::account::Account;
use crate::aws::seconds;
use crate::resources::{Made, Request, ResourceType, refusal};

/// The most tasks that a service can have (ECS quota "Tasks per service").
pub(super) const MOST_TASKS: u64 = 5000;

/// The largest share of the desired tasks, in percent.
const LARGEST_PERCENT: u64 = 1000;

pub(crate) struct Service;

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
        let mut made = Made::new(
            arn.clone(),
            json!({"Name": name, "ServiceArn": arn, "CreatedAt": seconds()}),
        );
        let desired = properties.desired_count.clone().unwrap_or(1.into());
        let attribute = desired_count::NAME.to_owned();
        made.attributes.insert(attribute, desired.into());
        Ok(made)
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
        keep_inactive(&request.account, &request.physical_id);
        forget(&request.account, &request.physical_id);
        Ok(())
    }

    async fn restore(account: &Arc<Account>, _: &str, _: &ServiceProperties) -> Result<(), String> {
        restore(account);
        Ok(())
    }
}

fn refused<T>(sentence: &str) -> Result<T, String> {
    Err(refusal(sentence, "Ecs", 400))
}

/// # Errors
/// ECS's message for a property that is out of bounds, or a task definition that does not exist.
fn check(account: &Account, properties: &ServiceProperties) -> Result<(), String> {
    if let Some(what) = properties.unsupported() {
        return Err(format!("the local AWS does not do {what} yet"));
    }
    let exceeds = |number: &Number, most: u64| number.as_u64().is_none_or(|given| given > most);
    if let Some(count) = &properties.desired_count
        && exceeds(count, MOST_TASKS)
    {
        return refused(&format!(
            "desiredCount {count} must be between 0 and {MOST_TASKS}"
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
            return refused(&format!("{name} must be between 0 and {LARGEST_PERCENT}"));
        }
    }
    let definition = &properties.task_definition;
    if account.read(|state| resolve(state, definition)).is_none() {
        return refused("TaskDefinition not found.");
    }
    Ok(())
}
