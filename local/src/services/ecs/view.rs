//! The services and their tasks, as the page shows them.

use super::api::{describe_service, describe_task};
use super::service::Service;
use super::service_properties::ServiceProperties;
use super::task::log_stream;
use crate::account::{Account, Item};
use crate::resources::ResourceType as _;

/// A service.
pub(crate) struct ServiceView {
    /// `service/CLUSTER/NAME`
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) desired: u64,
    pub(crate) running: usize,
    pub(crate) deployments: Vec<DeploymentView>,
}

/// A deployment of a service: its rollout state, and how many of its tasks failed.
pub(crate) struct DeploymentView {
    pub(crate) state: &'static str,
    pub(crate) failed: u64,
}

/// A task with its last log lines.
pub(crate) struct TaskView {
    pub(crate) id: String,
    pub(crate) status: &'static str,
    pub(crate) health: &'static str,
    pub(crate) reason: Option<String>,
    /// What the local AWS has found out about its program.
    pub(crate) hint: Option<String>,
    pub(crate) lines: Vec<String>,
}

/// All services.
pub(crate) fn services(account: &Account) -> Vec<ServiceView> {
    let all: Vec<(String, Item)> = account.read(|state| {
        let services = state.inventory.of_type(Service::NAME);
        services
            .map(|(arn, item)| (arn.to_owned(), item.clone()))
            .collect()
    });
    let views = all.iter().map(|(arn, item)| {
        let service = describe_service(account, arn, item);
        let properties: ServiceProperties = item.read();
        let deployments = service.deployments.into_iter();
        ServiceView {
            id: arn
                .rsplit_once(':')
                .map_or(arn.as_str(), |(_, id)| id)
                .to_owned(),
            name: service.service_name,
            subnets: properties
                .network_configuration
                .awsvpc_configuration
                .subnets,
            desired: service.desired_count,
            running: service.running_count,
            deployments: deployments
                .map(|deployment| DeploymentView {
                    state: deployment.rollout_state,
                    failed: deployment.failed_tasks,
                })
                .collect(),
        }
    });
    views.collect()
}

/// The newest `count` tasks, those that run first, each with its last `lines` lines.
pub(crate) fn tasks(account: &Account, count: usize, lines: usize) -> Vec<TaskView> {
    let ledger = account.tasks.ledger();
    let (running, stopped): (Vec<_>, Vec<_>) = ledger
        .tasks
        .iter()
        .rev()
        .partition(|task| task.stopped.is_none());
    let newest = running.into_iter().chain(stopped).take(count);
    let views = newest.map(|record| {
        let task = describe_task(account, record);
        let containers = record.containers.iter();
        let streams = containers.map(|container| log_stream(&container.definition, &record.id));
        let lines = streams.flat_map(|(group, stream)| account.logs.last(&group, &stream, lines));
        TaskView {
            id: record.id.clone(),
            status: task.last_status,
            health: task.health_status,
            reason: task.stopped_reason,
            hint: record.hint.clone(),
            lines: lines.collect(),
        }
    });
    views.collect()
}
