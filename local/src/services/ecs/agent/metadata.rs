//! The task metadata endpoint, version 4
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html>).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::stats;
use crate::account::Account;
use crate::aws::timestamp;
use crate::containers::host_name;
use crate::services::ec2::surroundings;
use crate::services::ecs::ledger::{ContainerRecord, TaskRecord};
use crate::services::ecs::task::log_stream;
use crate::services::ecs::task_definition::{
    self, ContainerDefinition, Number, TaskDefinitionProperties,
};

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

pub(super) fn answer(
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
    let stopped = task.stopped.as_ref().and_then(|stopped| stopped.ended);
    given(json!({
        "Cluster": account.arn("ecs", &format!("cluster/{}", task.cluster())),
        "TaskARN": task.arn(account),
        "Family": family,
        "Revision": revision,
        "ServiceName": task.service.rsplit('/').next().filter(|name| !name.is_empty()),
        "DesiredStatus": desired(task),
        "KnownStatus": task.status(),
        "Limits": {
            // In shares of a processor and in MiB.
            "CPU": definition.cpu.map(|Number(units)| u32::try_from(units).map_or(0.0, f64::from) / 1024.0),
            "Memory": definition.memory.map(|Number(mebibytes)| mebibytes),
        },
        "PullStartedAt": timestamp(task.created),
        "PullStoppedAt": timestamp(task.started.unwrap_or(task.created)),
        "ExecutionStoppedAt": stopped.map(timestamp),
        "AvailabilityZone": task.interface.as_ref().map(|interface| interface.zone.clone()),
        "LaunchType": "FARGATE",
        "EphemeralStorageMetrics": storage(&definition, task),
        "Containers": containers.map(|container| describe_container(account, task, container)).collect::<Vec<_>>(),
        "ClockDrift": {
            "ClockErrorBound": 0.0,
            "ReferenceTimestamp": timestamp(crate::aws::seconds()),
            "ClockSynchronizationStatus": "SYNCHRONIZED",
        },
        "FaultInjectionEnabled": definition.enable_fault_injection,
    }))
}

/// In MiB. Fargate reserves 16 MiB more than the task definition says, as the example in its documentation has it.
fn storage(definition: &TaskDefinitionProperties, task: &TaskRecord) -> Value {
    let written: u64 = task.containers.iter().map(written).sum();
    json!({"Utilized": written >> 20, "Reserved": definition.storage() * 1024 + 16})
}

/// How many bytes a container has written to its disk.
fn written(container: &ContainerRecord) -> u64 {
    container.program.map_or(0, |program| {
        stats::storage_of(program).map_or(0, |(_, written)| written)
    })
}

fn desired(task: &TaskRecord) -> &'static str {
    if task.stopped.is_some() {
        "STOPPED"
    } else {
        "RUNNING"
    }
}

/// Without the members that have no value.
fn given(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

fn describe_container(account: &Account, task: &TaskRecord, container: &ContainerRecord) -> Value {
    let definition = &container.definition;
    let (group, stream) = log_stream(definition, &task.id);
    let (family, revision) = family(&task.definition);
    let name = definition.name();
    let restarts = definition.restart_policy.enabled;
    given(json!({
        "DockerId": container.id,
        "Name": name,
        "DockerName": name,
        "Image": definition.image(),
        "ImageID": container.digest,
        "Ports": ports(definition),
        "Labels": {
            "com.amazonaws.ecs.cluster": account.arn("ecs", &format!("cluster/{}", task.cluster())),
            "com.amazonaws.ecs.container-name": name,
            "com.amazonaws.ecs.task-arn": task.arn(account),
            "com.amazonaws.ecs.task-definition-family": family,
            "com.amazonaws.ecs.task-definition-version": revision,
        },
        "DesiredStatus": desired(task),
        "KnownStatus": container.state,
        "ExitCode": container.exit_code,
        "Limits": given(json!({
            "CPU": definition.cpu.map_or(2, |Number(units)| units),
            "Memory": definition.memory.map(|Number(mebibytes)| mebibytes),
        })),
        "CreatedAt": container.started.map(timestamp),
        "StartedAt": container.started.map(timestamp),
        "FinishedAt": container.finished.map(timestamp),
        "Type": "NORMAL",
        "Health": definition.health_check.as_ref().map(|_| json!({"status": container.health})),
        "LogDriver": definition.log_configuration.as_ref().map(|log| log.log_driver.clone()),
        "LogOptions": definition.has_awslogs().then(|| json!({
            "awslogs-group": group,
            "awslogs-region": account.region,
            "awslogs-stream": stream,
        })),
        "ContainerARN": account.arn("ecs", &format!("container/{}/{}/{}", task.cluster(), task.id, container.id)),
        "Networks": networks(account, task),
        "RestartCount": restarts.then_some(container.restarts),
        "Snapshotter": "overlayfs",
    }))
}

fn ports(definition: &ContainerDefinition) -> Option<Value> {
    let ports = definition.port_mappings.iter().map(|mapping| {
        json!({
            "ContainerPort": mapping.container_port.map(|Number(port)| port),
            "Protocol": mapping.protocol.as_deref().unwrap_or("tcp"),
        })
    });
    let ports: Vec<_> = ports.collect();
    (!ports.is_empty()).then(|| ports.into())
}

fn networks(account: &Account, task: &TaskRecord) -> Value {
    let Some(interface) = &task.interface else {
        return json!([]);
    };
    let found = account.read(|state| surroundings(state, interface));
    json!([given(json!({
        "NetworkMode": "awsvpc",
        "IPv4Addresses": [interface.private_ip.to_string()],
        "AttachmentIndex": 0,
        "MACAddress": interface.mac,
        "IPv4SubnetCIDRBlock": found.as_ref().map(|found| found.block.clone()),
        "DomainNameServers": found.as_ref().map(|found| json!([found.resolver.to_string()])),
        "DomainNameSearchList": [format!("{}.compute.internal", account.region)],
        "PrivateDNSName": host_name(interface.private_ip, &account.region),
        "SubnetGatewayIpv4Address": found.map(|found| found.router),
    }))])
}

/// The family and the revision in the ARN of a task definition.
fn family(definition: &str) -> (&str, &str) {
    let last = definition.rsplit('/').next().unwrap_or(definition);
    last.rsplit_once(':').unwrap_or((last, ""))
}
