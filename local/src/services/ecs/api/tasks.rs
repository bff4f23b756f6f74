//! `DescribeTasks` and `ListTasks`.

use serde::{Deserialize, Serialize};

use super::find::{self, Failure};
use super::task_details::{ContainerDetails, Details, container_details, details};
use crate::account::Account;
use crate::aws::{AwsError, page, page_size};
use crate::services::ecs::ledger::{Ledger, StopCode, TaskRecord};
use crate::services::ecs::service_properties::cluster_name;
use crate::services::elb::Health;

/// The largest page of `ListTasks`.
const LARGEST: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    cluster: Option<String>,
    service_name: Option<String>,
    desired_status: Option<String>,
    family: Option<String>,
    launch_type: Option<String>,
    started_by: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    task_arns: Vec<String>,
    next_token: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    let cluster = find::cluster(account, input.cluster.as_deref())?;
    let service = input.service_name.as_deref().map(last_part);
    let stopped = input.desired_status.as_deref() == Some("STOPPED");
    let ledger = account.tasks.ledger();
    let tasks = ledger.tasks.iter();
    let task_arns = tasks
        .filter(|task| task.cluster() == cluster && task.stopped.is_some() == stopped)
        .filter(|task| service.is_none_or(|service| last_part(&task.service) == service))
        .filter(|task| is_of_family(task, input.family.as_deref()))
        .filter(|_| {
            input
                .launch_type
                .as_deref()
                .is_none_or(|kind| kind == "FARGATE")
        })
        .filter(|task| is_started_by(&ledger, task, input.started_by.as_deref()))
        .map(|task| arn(account, cluster, task));
    let size = page_size(input.max_results, LARGEST);
    let page = page(task_arns, size, input.next_token.as_deref());
    let (task_arns, next_token) =
        page.ok_or_else(|| AwsError::new("InvalidParameterException", "Invalid token"))?;
    Ok(Listed {
        task_arns,
        next_token,
    })
}

fn is_of_family(task: &TaskRecord, family: Option<&str>) -> bool {
    let own = last_part(&task.definition);
    let own = own.rsplit_once(':').map_or(own, |(family, _)| family);
    family.is_none_or(|family| family == own)
}

/// The scheduler starts tasks by the id of their deployment.
fn is_started_by(ledger: &Ledger, task: &TaskRecord, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| {
        if let Some(alone) = &task.alone {
            return alone.started_by.as_deref() == Some(wanted);
        }
        let record = ledger.services.get(&task.service);
        let mut deployments = record.into_iter().flat_map(|record| &record.deployments);
        deployments
            .any(|deployment| deployment.id == wanted && deployment.definition == task.definition)
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Describe {
    cluster: Option<String>,
    tasks: Vec<String>,
    /// `TAGS`.
    include: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Described {
    tasks: Vec<Task>,
    failures: Vec<Failure>,
}

/// A task, running or stopped.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::services::ecs) struct Task {
    task_arn: String,
    cluster_arn: String,
    task_definition_arn: String,
    group: String,
    launch_type: &'static str,
    pub(in crate::services::ecs) last_status: &'static str,
    desired_status: &'static str,
    pub(in crate::services::ecs) health_status: &'static str,
    created_at: f64,
    started_at: Option<f64>,
    stopping_at: Option<f64>,
    stopped_at: Option<f64>,
    pub(in crate::services::ecs) stopped_reason: Option<String>,
    stop_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<String>,
    containers: Vec<Container>,
    #[serde(flatten)]
    details: Details,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Container {
    name: Option<String>,
    image: Option<String>,
    image_digest: Option<String>,
    runtime_id: String,
    task_arn: String,
    last_status: &'static str,
    exit_code: Option<i32>,
    reason: Option<String>,
    health_status: &'static str,
    #[serde(flatten)]
    details: ContainerDetails,
}

pub(super) fn describe(account: &Account, input: Describe) -> Described {
    let cluster = cluster_name(input.cluster.as_deref());
    let ledger = account.tasks.ledger();
    let with_tags = input.include.iter().any(|one| one == "TAGS");
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for wanted in input.tasks {
        let mut known = ledger.tasks.iter();
        let id = last_part(&wanted);
        match known.find(|task| task.id == id && task.cluster() == cluster) {
            Some(task) => {
                let mut described = describe_one(account, task);
                described.details.show_tags(with_tags);
                tasks.push(described);
            }
            None => failures.push(Failure::missing(wanted)),
        }
    }
    Described { tasks, failures }
}

/// Describes one task.
pub(in crate::services::ecs) fn describe_one(account: &Account, task: &TaskRecord) -> Task {
    let cluster = task.cluster();
    let task_arn = arn(account, cluster, task);
    let stopped = task.stopped.as_ref();
    let containers = task.containers.iter().map(|container| Container {
        name: container.definition.name.clone(),
        image: container.definition.image.clone(),
        image_digest: container.digest.clone(),
        runtime_id: container.id.clone(),
        task_arn: task_arn.clone(),
        last_status: container.state,
        exit_code: container.exit_code,
        reason: container.reason.clone(),
        health_status: container.health,
        details: container_details(account, task, container),
    });
    Task {
        containers: containers.collect(),
        task_arn,
        cluster_arn: account.arn("ecs", &format!("cluster/{cluster}")),
        task_definition_arn: task.definition.clone(),
        group: task.alone.as_ref().map_or_else(
            || format!("service:{}", last_part(&task.service)),
            |alone| alone.group.clone(),
        ),
        launch_type: "FARGATE",
        last_status: task.status(),
        desired_status: if stopped.is_some() {
            "STOPPED"
        } else {
            "RUNNING"
        },
        health_status: health(task),
        created_at: task.created,
        started_at: task.started,
        stopping_at: stopped.map(|stopped| stopped.time),
        stopped_at: stopped.and_then(|stopped| stopped.ended),
        stopped_reason: stopped.map(|stopped| stopped.reason.clone()),
        stop_code: stopped.map(|stopped| stop_code(stopped.code)),
        started_by: task
            .alone
            .as_ref()
            .and_then(|alone| alone.started_by.clone()),
        details: details(account, task),
    }
}

fn health(task: &TaskRecord) -> &'static str {
    if task
        .containers
        .iter()
        .any(|container| container.definition.health_check.is_some())
    {
        return task.health();
    }
    // ECS says nothing of load balancers here; the page and the deployer show it.
    match task.target.as_ref().map(|target| target.health()) {
        Some(Health::Healthy) => "HEALTHY",
        Some(Health::Unhealthy) => "UNHEALTHY",
        Some(Health::Initial | Health::Draining) | None => "UNKNOWN",
    }
}

fn stop_code(code: StopCode) -> &'static str {
    match code {
        StopCode::TaskFailedToStart => "TaskFailedToStart",
        StopCode::EssentialContainerExited => "EssentialContainerExited",
        StopCode::ServiceScheduler => "ServiceSchedulerInitiated",
        StopCode::UserInitiated => "UserInitiated",
    }
}

fn arn(account: &Account, cluster: &str, task: &TaskRecord) -> String {
    account.arn("ecs", &format!("task/{cluster}/{}", task.id))
}

/// The name or id at the end of an ARN; a name alone stays as it is.
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
