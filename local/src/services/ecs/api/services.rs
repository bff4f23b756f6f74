//! `DescribeServices` and `ListServices`.

use serde::{Deserialize, Serialize};

use super::find::{self, Failure};
use crate::account::{Account, Item};
use crate::aws::AwsError;
use crate::services::ecs::ledger::{DeploymentRecord, Ledger, RolloutState};
use crate::services::ecs::service_properties::{LoadBalancer, ServiceProperties, cluster_name};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct List {
    cluster: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    service_arns: Vec<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    let cluster = find::cluster(account, input.cluster.as_deref())?;
    let services = find::services(account, cluster).into_iter();
    Ok(Listed {
        service_arns: services.map(|(arn, _)| arn).collect(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Describe {
    cluster: Option<String>,
    services: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Described {
    services: Vec<Service>,
    failures: Vec<Failure>,
}

/// A service as it is now.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::services::ecs) struct Service {
    service_arn: String,
    pub(in crate::services::ecs) service_name: String,
    cluster_arn: String,
    status: &'static str,
    pub(in crate::services::ecs) desired_count: u64,
    pub(in crate::services::ecs) running_count: usize,
    pending_count: usize,
    launch_type: &'static str,
    task_definition: String,
    load_balancers: Vec<LoadBalancerDescription>,
    pub(in crate::services::ecs) deployments: Vec<Deployment>,
    events: Vec<Event>,
    health_check_grace_period_seconds: Option<u64>,
    scheduling_strategy: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoadBalancerDescription {
    target_group_arn: Option<String>,
    container_name: Option<String>,
    container_port: Option<u64>,
}

/// A deployment of a service.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::services::ecs) struct Deployment {
    id: String,
    status: &'static str,
    task_definition: String,
    desired_count: u64,
    running_count: usize,
    pending_count: usize,
    pub(in crate::services::ecs) failed_tasks: u64,
    created_at: f64,
    updated_at: f64,
    launch_type: &'static str,
    pub(in crate::services::ecs) rollout_state: &'static str,
    rollout_state_reason: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    id: String,
    created_at: f64,
    message: String,
}

pub(super) fn describe(account: &Account, input: Describe) -> Described {
    let cluster = cluster_name(input.cluster.as_deref());
    let existing = find::services(account, cluster);
    let ledger = account.tasks.ledger();
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for wanted in input.services {
        let mut known = existing.iter();
        match known.find(|(arn, item)| *arn == wanted || item.attribute("Name") == wanted) {
            Some((arn, item)) => services.push(describe_one(account, &ledger, arn, item)),
            None => failures.push(Failure::missing(wanted)),
        }
    }
    Described { services, failures }
}

/// Describes one service.
pub(in crate::services::ecs) fn describe_one(
    account: &Account,
    ledger: &Ledger,
    arn: &str,
    item: &Item,
) -> Service {
    let properties: ServiceProperties = item.read();
    let record = ledger.services.get(arn);
    let deployments = record.into_iter().flat_map(|record| &record.deployments);
    let desired_count = record.map_or(0, |record| record.desired);
    let events = record.into_iter().flat_map(|record| &record.events);
    let cluster = properties.cluster_name();
    Service {
        service_arn: arn.to_owned(),
        service_name: item.attribute("Name").to_owned(),
        cluster_arn: account.arn("ecs", &format!("cluster/{cluster}")),
        status: "ACTIVE",
        desired_count,
        running_count: running(ledger, arn, None),
        pending_count: 0,
        launch_type: "FARGATE",
        task_definition: properties.task_definition,
        load_balancers: properties
            .load_balancers
            .into_iter()
            .map(balancer)
            .collect(),
        deployments: deployments
            .enumerate()
            .map(|(index, record)| {
                let is_primary = index == 0;
                let running = running(ledger, arn, Some(&record.definition));
                deployment(record, is_primary, desired_count, running)
            })
            .collect(),
        events: events
            .map(|event| Event {
                id: event.id.clone(),
                created_at: event.time,
                message: event.message.clone(),
            })
            .collect(),
        health_check_grace_period_seconds: properties.health_check_grace_period_seconds,
        scheduling_strategy: "REPLICA",
    }
}

/// How many tasks of a service run, of one task definition or of all.
fn running(ledger: &Ledger, service: &str, definition: Option<&str>) -> usize {
    let tasks = ledger.tasks.iter();
    let running = tasks.filter(|task| task.service == service && task.stopped.is_none());
    running
        .filter(|task| definition.is_none_or(|definition| task.definition == definition))
        .count()
}

fn balancer(balancer: LoadBalancer) -> LoadBalancerDescription {
    LoadBalancerDescription {
        target_group_arn: balancer.target_group_arn,
        container_name: balancer.container_name,
        container_port: balancer.container_port,
    }
}

fn deployment(
    record: &DeploymentRecord,
    is_primary: bool,
    desired: u64,
    running: usize,
) -> Deployment {
    let id = &record.id;
    let (rollout_state, rollout_state_reason) = match record.state {
        RolloutState::InProgress => ("IN_PROGRESS", format!("ECS deployment {id} in progress.")),
        RolloutState::Completed => ("COMPLETED", format!("ECS deployment {id} completed.")),
        RolloutState::Failed => (
            "FAILED",
            "ECS deployment circuit breaker: tasks failed to start.".to_owned(),
        ),
    };
    Deployment {
        id: id.clone(),
        status: if is_primary { "PRIMARY" } else { "ACTIVE" },
        task_definition: record.definition.clone(),
        desired_count: if is_primary { desired } else { 0 },
        running_count: running,
        pending_count: 0,
        failed_tasks: record.failed,
        created_at: record.created,
        updated_at: record.updated,
        launch_type: "FARGATE",
        rollout_state,
        rollout_state_reason,
    }
}
