//! `DescribeServices` and `ListServices`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::find::{self, Failure};
use super::{deployment_details, deployments, tags};
use crate::account::{Account, Item};
use crate::aws::{AwsError, page, page_size};
use crate::services::ecs::ledger::{DeploymentRecord, Ledger, RolloutState, ServiceRecord};
use crate::services::ecs::service_properties::{
    AdvancedConfiguration, LoadBalancer, ServiceProperties, cluster_name,
};

/// The largest page of `ListServices`.
const LARGEST: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    cluster: Option<String>,
    launch_type: Option<String>,
    scheduling_strategy: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    service_arns: Vec<String>,
    next_token: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    let cluster = find::cluster(account, input.cluster.as_deref())?;
    let is = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|one| one == own);
    let wanted = is(&input.launch_type, "FARGATE") && is(&input.scheduling_strategy, "REPLICA");
    let services = find::services(account, cluster).into_iter();
    let arns = services.map(|(arn, _)| arn).filter(|_| wanted);
    // ECS has 10 in a page unless it is asked for more.
    let size = page_size(input.max_results.or(Some(10)), LARGEST);
    let page = page(arns, size, input.next_token.as_deref());
    let (service_arns, next_token) =
        page.ok_or_else(|| AwsError::new("InvalidParameterException", "Invalid token"))?;
    Ok(Listed {
        service_arns,
        next_token,
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Describe {
    cluster: Option<String>,
    services: Vec<String>,
    include: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Described {
    services: Vec<Value>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    current_service_deployment: Option<String>,
    current_service_revisions: Vec<Value>,
    load_balancers: Vec<LoadBalancerDescription>,
    pub(in crate::services::ecs) deployments: Vec<Deployment>,
    events: Vec<Event>,
    health_check_grace_period_seconds: Option<u64>,
    scheduling_strategy: &'static str,
    created_at: Value,
    platform_version: String,
    platform_family: &'static str,
    deployment_configuration: Value,
    deployment_controller: Value,
    network_configuration: Value,
    capacity_provider_strategy: Option<Value>,
    placement_constraints: [Value; 0],
    placement_strategy: [Value; 0],
    #[serde(rename = "enableECSManagedTags")]
    enable_ecs_managed_tags: bool,
    enable_execute_command: bool,
    availability_zone_rebalancing: String,
    propagate_tags: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoadBalancerDescription {
    target_group_arn: Option<String>,
    container_name: Option<String>,
    container_port: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advanced_configuration: Option<AdvancedConfiguration>,
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
    platform_version: String,
    platform_family: &'static str,
    network_configuration: Value,
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
    let with_tags = input.include.iter().any(|one| one == "TAGS");
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for wanted in input.services {
        let mut known = existing.iter();
        match known.find(|(arn, item)| *arn == wanted || item.attribute("Name") == wanted) {
            Some((arn, item)) => services.push(described(account, arn, item, with_tags)),
            None => match inactive(account, cluster, &wanted) {
                Some(service) => services.push(service),
                None => failures.push(Failure::missing(wanted)),
            },
        }
    }
    Described { services, failures }
}

fn described(account: &Account, arn: &str, item: &Item, with_tags: bool) -> Value {
    let service = describe_one(account, arn, item);
    let mut service = serde_json::to_value(service).unwrap_or_default();
    if with_tags {
        service["tags"] = serde_json::json!(tags::of(item));
    }
    service
}

/// A deleted service. ECS describes it as INACTIVE for a while.
fn inactive(account: &Account, cluster: &str, wanted: &str) -> Option<Value> {
    let inactive = account.tasks.inactive();
    let end = format!(":service/{cluster}/{wanted}");
    let mut known = inactive.iter();
    let found = known.find(|(arn, _)| *arn == wanted || arn.ends_with(&end));
    found.map(|(_, service)| service.clone())
}

/// Keeps the description of a service that is being deleted.
pub(in crate::services::ecs) fn keep_inactive(account: &Account, arn: &str) {
    let item = account.read(|state| state.inventory.get(arn).cloned());
    if let Some(item) = item {
        let mut service = described(account, arn, &item, false);
        service["status"] = "INACTIVE".into();
        for count in ["desiredCount", "runningCount", "pendingCount"] {
            service[count] = 0.into();
        }
        service["deployments"] = serde_json::json!([]);
        account.tasks.inactive().insert(arn.to_owned(), service);
    }
}

/// Describes one service.
pub(in crate::services::ecs) fn describe_one(account: &Account, arn: &str, item: &Item) -> Service {
    // Before the ledger is locked: what starts a service locks the runners first.
    let handle = account.tasks.handle(arn);
    let wanted = handle.map(|handle| handle.wanted.borrow().desired);
    let ledger = account.tasks.ledger();
    let properties: ServiceProperties = item.read();
    let record = ledger.services.get(arn);
    let cluster = properties.cluster_name();
    let text =
        |given: &Option<String>, default: &str| given.clone().unwrap_or_else(|| default.into());
    let network = item.properties.get("NetworkConfiguration");
    let network_configuration = find::lower_names(network.unwrap_or(&Value::Null));
    let platform_version = match properties.platform_version.as_deref() {
        None | Some("LATEST") => "1.4.0".to_owned(),
        Some(version) => version.to_owned(),
    };
    let deployments = deployments(&ledger, arn, &platform_version, &network_configuration);
    let definition = deployments.first().map(|one| one.task_definition.clone());
    let configuration = properties.deployment_configuration.with_defaults();
    let strategy = properties.capacity_provider_strategy.as_ref();
    let created = item.attributes.get("CreatedAt");
    let (running_count, pending_count) = ledger.counts(arn, None);
    Service {
        created_at: created.cloned().unwrap_or_default(),
        current_service_deployment: current_deployment(account, arn, record),
        current_service_revisions: current_revisions(account, &ledger, arn, record),
        platform_version,
        platform_family: "Linux",
        deployment_configuration: find::lower_names(&configuration),
        deployment_controller: serde_json::json!({"type": "ECS"}),
        network_configuration,
        capacity_provider_strategy: strategy.map(find::lower_names),
        placement_constraints: [],
        placement_strategy: [],
        enable_ecs_managed_tags: properties.enable_ecs_managed_tags,
        enable_execute_command: properties.enable_execute_command,
        availability_zone_rebalancing: text(&properties.availability_zone_rebalancing, "ENABLED"),
        propagate_tags: text(&properties.propagate_tags, "NONE"),
        service_arn: arn.to_owned(),
        service_name: item.attribute("Name").to_owned(),
        cluster_arn: account.arn("ecs", &format!("cluster/{cluster}")),
        status: "ACTIVE",
        desired_count: wanted.or(record.map(|one| one.desired)).unwrap_or(0),
        running_count,
        pending_count,
        launch_type: "FARGATE",
        task_definition: definition.unwrap_or(properties.task_definition),
        load_balancers: properties
            .load_balancers
            .into_iter()
            .map(balancer)
            .collect(),
        deployments,
        events: events(record),
        health_check_grace_period_seconds: properties.health_check_grace_period_seconds,
        scheduling_strategy: "REPLICA",
    }
}

/// The ARN of the service deployment that runs.
fn current_deployment(
    account: &Account,
    arn: &str,
    record: Option<&ServiceRecord>,
) -> Option<String> {
    let newest = record?.history.front()?;
    let runs = !newest.status.is_terminal();
    runs.then(|| deployments::related(account, arn, "service-deployment", &newest.id))
}

fn current_revisions(
    account: &Account,
    ledger: &Ledger,
    arn: &str,
    record: Option<&ServiceRecord>,
) -> Vec<Value> {
    let Some(record) = record else {
        return Vec::new();
    };
    let numbers = record.deployments.iter().map(DeploymentRecord::revision);
    numbers
        .map(|number| deployment_details::counts(account, ledger, arn, record, number))
        .collect()
}

/// The deployments of a service, the primary one first.
fn deployments(ledger: &Ledger, arn: &str, platform: &str, network: &Value) -> Vec<Deployment> {
    let record = ledger.services.get(arn);
    let all = record.into_iter().flat_map(|record| &record.deployments);
    all.enumerate()
        .map(|(index, record)| {
            let counts = ledger.counts(arn, Some(&record.id));
            Deployment {
                platform_version: platform.to_owned(),
                network_configuration: network.clone(),
                ..deployment(record, index == 0, counts)
            }
        })
        .collect()
}

fn events(record: Option<&ServiceRecord>) -> Vec<Event> {
    let events = record.into_iter().flat_map(|record| &record.events);
    events
        .map(|event| Event {
            id: event.id.clone(),
            created_at: event.time,
            message: event.message.clone(),
        })
        .collect()
}

fn balancer(balancer: LoadBalancer) -> LoadBalancerDescription {
    LoadBalancerDescription {
        target_group_arn: balancer.target_group_arn,
        container_name: balancer.container_name,
        container_port: balancer.container_port,
        advanced_configuration: balancer.advanced_configuration,
    }
}

fn deployment(
    record: &DeploymentRecord,
    is_primary: bool,
    (running_count, pending_count): (usize, usize),
) -> Deployment {
    Deployment {
        id: record.id.clone(),
        status: if is_primary { "PRIMARY" } else { "ACTIVE" },
        task_definition: record.definition.clone(),
        desired_count: record.desired,
        running_count,
        pending_count,
        failed_tasks: record.failed,
        created_at: record.created,
        updated_at: record.updated,
        launch_type: "FARGATE",
        rollout_state: match record.state {
            RolloutState::InProgress => "IN_PROGRESS",
            RolloutState::Completed => "COMPLETED",
            RolloutState::Failed => "FAILED",
        },
        rollout_state_reason: record.reason.clone(),
        platform_version: String::new(),
        platform_family: "Linux",
        network_configuration: Value::Null,
    }
}
