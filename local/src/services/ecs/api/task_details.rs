//! The members of a task that say where it runs, and with what.

use serde::Serialize;
use serde_json::{Value, json};

use super::tags::Tag;
use crate::account::Account;
use crate::containers::host_name;
use crate::services::ec2::Interface;
use crate::services::ecs::ledger::{ContainerRecord, TaskRecord};
use crate::services::ecs::task_definition::{self, Number, TaskDefinitionProperties};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Details {
    attachments: Vec<Value>,
    attributes: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connectivity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connectivity_at: Option<f64>,
    cpu: Option<String>,
    memory: Option<String>,
    ephemeral_storage: Value,
    overrides: Value,
    platform_family: &'static str,
    platform_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_started_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_stopped_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_stopped_at: Option<f64>,
    tags: Vec<Tag>,
    version: u8,
}

pub(super) fn details(account: &Account, task: &TaskRecord) -> Details {
    let mut definition = task_definition::find(account, &task.definition).unwrap_or_default();
    if let Some(alone) = &task.alone {
        alone.overrides.apply(&mut definition);
    }
    let number = |value: Option<Number>| value.map(|Number(value)| value.to_string());
    let interface = task.interface.as_ref();
    let pulled = task.containers.iter().any(|one| one.state != "PENDING");
    Details {
        attachments: interface
            .map(|interface| attachment(account, task, interface))
            .into_iter()
            .collect(),
        attributes: json!([{"name": "ecs.cpu-architecture", "value": architecture(&definition)}]),
        availability_zone: interface.map(|interface| interface.zone.clone()),
        connectivity: interface.map(|_| "CONNECTED"),
        connectivity_at: interface.map(|_| task.created),
        cpu: number(definition.cpu),
        memory: number(definition.memory),
        ephemeral_storage: json!({"sizeInGiB": definition.storage()}),
        overrides: overrides(task),
        platform_family: "Linux",
        platform_version: "1.4.0",
        pull_started_at: interface.map(|_| task.created),
        pull_stopped_at: task.started.or_else(|| pulled.then_some(task.created)),
        execution_stopped_at: execution_stopped(task),
        tags: tags(task),
        version: version(task),
    }
}

impl Details {
    /// `DescribeTasks` shows the tags only if it is asked for them.
    pub(super) fn show_tags(&mut self, shows: bool) {
        if !shows {
            self.tags.clear();
        }
    }
}

fn architecture(definition: &TaskDefinitionProperties) -> &'static str {
    match definition.architecture() {
        "arm64" => "arm64",
        _ => "x86_64",
    }
}

/// The overrides as they were given, with one for each container.
fn overrides(task: &TaskRecord) -> Value {
    let given = task.alone.as_ref().map(|alone| &alone.given);
    let mut overrides = given
        .filter(|given| given.is_object())
        .cloned()
        .unwrap_or_else(|| json!({}));
    let own = overrides["containerOverrides"].as_array().cloned();
    let own = own.unwrap_or_default();
    let all = task.containers.iter().map(|container| {
        let name = container.definition.name();
        let own = own.iter().find(|one| one["name"] == name);
        own.cloned().unwrap_or_else(|| json!({"name": name}))
    });
    overrides["containerOverrides"] = all.collect();
    overrides["inferenceAcceleratorOverrides"] = json!([]);
    overrides
}

fn attachment(account: &Account, task: &TaskRecord, interface: &Interface) -> Value {
    let detail = |name: &str, value: &str| json!({"name": name, "value": value});
    json!({
        "id": attachment_id(&task.id),
        "type": "ElasticNetworkInterface",
        "status": if task.stopped.as_ref().is_some_and(|stopped| stopped.ended.is_some()) { "DELETED" } else { "ATTACHED" },
        "details": [
            detail("subnetId", &interface.subnet),
            detail("networkInterfaceId", &interface.id),
            detail("macAddress", &interface.mac),
            detail("privateDnsName", &host_name(interface.private_ip, &account.region)),
            detail("privateIPv4Address", &interface.private_ip.to_string()),
        ],
    })
}

/// An id in the form of a UUID, which is the same at every call.
fn attachment_id(task: &str) -> String {
    let digits: String = task.chars().rev().collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("");
    [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ]
    .join("-")
}

fn execution_stopped(task: &TaskRecord) -> Option<f64> {
    let stopped = task.stopped.as_ref()?;
    task.started.map(|_| stopped.ended.unwrap_or(stopped.time))
}

fn tags(task: &TaskRecord) -> Vec<Tag> {
    let alone = task.alone.iter();
    let tags = alone.flat_map(|alone| &alone.tags);
    tags.map(|(key, value)| Tag {
        key: key.clone(),
        value: value.clone(),
    })
    .collect()
}

/// It counts the changes of the status.
fn version(task: &TaskRecord) -> u8 {
    match task.status() {
        "PROVISIONING" => 1,
        "PENDING" => 2,
        "RUNNING" => 3,
        "DEACTIVATING" => 4,
        _ => 5,
    }
}

/// What a container says about its place in the task.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContainerDetails {
    container_arn: String,
    cpu: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
    network_bindings: [Value; 0],
    network_interfaces: Vec<Value>,
}

pub(super) fn container_details(
    account: &Account,
    task: &TaskRecord,
    container: &ContainerRecord,
) -> ContainerDetails {
    let resource = format!("container/{}/{}/{}", task.cluster(), task.id, container.id);
    let interface = task.interface.iter();
    ContainerDetails {
        container_arn: account.arn("ecs", &resource),
        cpu: container
            .definition
            .cpu
            .map_or(0, |Number(units)| units)
            .to_string(),
        memory: container
            .definition
            .memory
            .map(|Number(mebibytes)| mebibytes.to_string()),
        network_bindings: [],
        network_interfaces: interface
            .map(|interface| {
                json!({
                    "attachmentId": attachment_id(&task.id),
                    "privateIpv4Address": interface.private_ip.to_string(),
                })
            })
            .collect(),
    }
}
