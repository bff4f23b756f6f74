//! The task metadata endpoint, version 4
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html>).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::account::Account;
use crate::aws::timestamp;
use crate::containers::host_name;
use crate::services::ecs::ledger::{ContainerRecord, TaskRecord};
use crate::services::ecs::task::{log_stream, used_memory};
use crate::services::ecs::task_definition::{self, Number};

/// One container.
pub(super) async fn container(state: State<Arc<Account>>, container: Path<String>) -> Response {
    answer(&state, &container, |account, task, container| {
        describe_container(account, task, container)
    })
}

/// The whole task.
pub(super) async fn task(state: State<Arc<Account>>, container: Path<String>) -> Response {
    answer(&state, &container, |account, task, _| {
        describe_task(account, task)
    })
}

/// The use of processor and memory by one container.
pub(super) async fn container_stats(
    state: State<Arc<Account>>,
    container: Path<String>,
) -> Response {
    answer(&state, &container, |_, _, container| stats(container))
}

/// The same for all containers, by their ids.
pub(super) async fn task_stats(state: State<Arc<Account>>, container: Path<String>) -> Response {
    answer(&state, &container, |_, task, _| {
        task.containers
            .iter()
            .map(|container| (container.id.clone(), stats(container)))
            .collect()
    })
}

fn answer(
    account: &Account,
    id: &str,
    describe: impl Fn(&Account, &TaskRecord, &ContainerRecord) -> Value,
) -> Response {
    let ledger = account.tasks.ledger();
    let mut tasks = ledger.tasks.iter();
    let found = tasks.find_map(|task| {
        let container = task
            .containers
            .iter()
            .find(|container| container.id == id)?;
        Some(describe(account, task, container))
    });
    match found {
        Some(found) => Json(found).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            format!("unable to find container '{id}'"),
        )
            .into_response(),
    }
}

fn describe_task(account: &Account, task: &TaskRecord) -> Value {
    let mut definition = task_definition::find(account, &task.definition).unwrap_or_default();
    if let Some(alone) = &task.alone {
        alone.overrides.apply(&mut definition);
    }
    let (family, revision) = family(&task.definition);
    let containers = task.containers.iter();
    json!({
        "Cluster": account.arn("ecs", &format!("cluster/{}", task.cluster())),
        "TaskARN": task.arn(account),
        "Family": family,
        "Revision": revision,
        "ServiceName": task.service.rsplit('/').next().filter(|name| !name.is_empty()),
        "DesiredStatus": if task.stopped.is_some() { "STOPPED" } else { "RUNNING" },
        "KnownStatus": task.status(),
        "Limits": {
            // In shares of a processor and in MiB.
            "CPU": definition.cpu.map(|Number(units)| u32::try_from(units).map_or(0.0, f64::from) / 1024.0),
            "Memory": definition.memory.map(|Number(mebibytes)| mebibytes),
        },
        "PullStartedAt": timestamp(task.created),
        "PullStoppedAt": timestamp(task.started.unwrap_or(task.created)),
        "AvailabilityZone": task.interface.as_ref().map(|interface| interface.zone.clone()),
        "LaunchType": "FARGATE",
        "Containers": containers.map(|container| describe_container(account, task, container)).collect::<Vec<_>>(),
        "ClockDrift": {
            "ClockErrorBound": 0.0,
            "ReferenceTimestamp": timestamp(crate::aws::seconds()),
            "ClockSynchronizationStatus": "SYNCHRONIZED",
        },
        "FaultInjectionEnabled": false,
    })
}

fn describe_container(account: &Account, task: &TaskRecord, container: &ContainerRecord) -> Value {
    let definition = &container.definition;
    let (group, stream) = log_stream(definition, &task.id);
    let (family, revision) = family(&task.definition);
    let name = definition.name();
    json!({
        "DockerId": container.id,
        "Name": name,
        "DockerName": name,
        "Image": definition.image(),
        "ImageID": container.digest,
        "Labels": {
            "com.amazonaws.ecs.cluster": account.arn("ecs", &format!("cluster/{}", task.cluster())),
            "com.amazonaws.ecs.container-name": name,
            "com.amazonaws.ecs.task-arn": task.arn(account),
            "com.amazonaws.ecs.task-definition-family": family,
            "com.amazonaws.ecs.task-definition-version": revision,
        },
        "DesiredStatus": if task.stopped.is_some() { "STOPPED" } else { "RUNNING" },
        "KnownStatus": container.state,
        "Limits": {
            "CPU": definition.cpu.map_or(2, |Number(units)| units),
            "Memory": definition.memory.map(|Number(mebibytes)| mebibytes),
        },
        "CreatedAt": timestamp(task.created),
        "StartedAt": timestamp(task.started.unwrap_or(task.created)),
        "Type": "NORMAL",
        "LogDriver": definition.log_configuration.as_ref().map(|log| log.log_driver.clone()),
        "LogOptions": {
            "awslogs-group": group,
            "awslogs-region": account.region,
            "awslogs-stream": stream,
        },
        "ContainerARN": account.arn("ecs", &format!("container/{}/{}/{}", task.cluster(), task.id, container.id)),
        "Networks": networks(account, task),
        "Snapshotter": "overlayfs",
    })
}

fn networks(account: &Account, task: &TaskRecord) -> Value {
    let Some(interface) = &task.interface else {
        return json!([]);
    };
    json!([{
        "NetworkMode": "awsvpc",
        "IPv4Addresses": [interface.private_ip.to_string()],
        "AttachmentIndex": 0,
        "MACAddress": interface.mac,
        "PrivateDNSName": host_name(interface.private_ip, &account.region),
    }])
}

/// Fargate's stats come from Docker. The local AWS knows the memory of the processes.
fn stats(container: &ContainerRecord) -> Value {
    json!({
        "read": timestamp(crate::aws::seconds()),
        "name": container.definition.name(),
        "id": container.id,
        "memory_stats": {"usage": container.program.map_or(0, used_memory)},
    })
}

/// The family and the revision in the ARN of a task definition.
fn family(definition: &str) -> (&str, &str) {
    let last = definition.rsplit('/').next().unwrap_or(definition);
    last.rsplit_once(':').unwrap_or((last, ""))
}
