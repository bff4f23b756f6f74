//! `AWS::ECS::TaskDefinition`.

mod container;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

pub(super) use self::container::{
    ContainerDefinition, Dependency, HealthCheck, LogConfiguration, MountPoint, Number,
    RestartPolicy, Secret, Variable, units,
};
use crate::account::{Account, State};
use crate::aws::{read, suffix};
use crate::resources::{Made, Request, ResourceType};

/// The last revision of every task definition family.
pub(crate) type Revisions = BTreeMap<String, u32>;

/// The properties of the deregistered task definitions, by ARN: ECS still describes them.
pub(crate) type InactiveTaskDefinitions = BTreeMap<String, Value>;

pub(crate) struct TaskDefinition;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct TaskDefinitionProperties {
    family: Option<String>,
    pub(super) container_definitions: Vec<ContainerDefinition>,
    pub(super) cpu: Option<Number>,
    pub(super) enable_fault_injection: bool,
    pub(super) ephemeral_storage: EphemeralStorage,
    pub(super) execution_role_arn: Option<String>,
    pub(super) memory: Option<Number>,
    pid_mode: Option<String>,
    pub(super) runtime_platform: RuntimePlatform,
    pub(super) task_role_arn: Option<String>,
    pub(super) volumes: Vec<Volume>,
}

/// A directory that the containers of a task share.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Volume {
    pub(super) name: Option<String>,
}

impl TaskDefinitionProperties {
    /// The size of the disk of the task in GiB
    /// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html>).
    pub(super) fn storage(&self) -> u64 {
        self.ephemeral_storage
            .size
            .map_or(20, |Number(gibibytes)| gibibytes)
    }

    /// Whether the containers of a task see each other's processes.
    pub(super) fn shares_processes(&self) -> bool {
        self.pid_mode.as_deref() == Some("task")
    }

    /// The processor of the task, as images call it.
    pub(super) fn architecture(&self) -> &'static str {
        match self.runtime_platform.cpu_architecture.as_deref() {
            Some("ARM64") => "arm64",
            _ => "amd64",
        }
    }
}

/// The disk of a task.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EphemeralStorage {
    #[serde(rename = "SizeInGiB", alias = "sizeInGiB")]
    pub(super) size: Option<Number>,
}

/// What the image of a task is made for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct RuntimePlatform {
    pub(super) cpu_architecture: Option<String>,
}

impl ResourceType for TaskDefinition {
    const NAME: &'static str = "AWS::ECS::TaskDefinition";
    const SCHEMA: &'static str = include_str!("../task_definition.json");
    type Properties = TaskDefinitionProperties;

    async fn create(
        request: &Request,
        properties: &TaskDefinitionProperties,
    ) -> Result<Made, String> {
        let family = properties.family.clone().unwrap_or_else(|| {
            let (stack, logical_id) = (&request.stack_name, &request.logical_id);
            format!("{stack}{logical_id}{}", suffix(8))
        });
        let revision = request.account.change(|state| {
            let revision = state.task_definitions.entry(family.clone()).or_default();
            *revision += 1;
            *revision
        });
        let resource = format!("task-definition/{family}:{revision}");
        let arn = request.account.arn("ecs", &resource);
        let attributes = json!({"TaskDefinitionArn": arn});
        Ok(Made::new(arn, attributes))
    }

    async fn delete(request: &Request, _: &TaskDefinitionProperties) -> Result<(), String> {
        let (arn, properties) = (request.physical_id.clone(), request.properties.clone());
        request.account.change(|state| {
            state.inactive_task_definitions.insert(arn, properties);
        });
        Ok(())
    }
}

/// The ARN of an active task definition, given by its ARN, by its family and revision, or by its
/// family alone, which means the newest revision.
pub(super) fn resolve(state: &State, given: &str) -> Option<String> {
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let revision = |arn: &str| {
        let name = name(arn);
        name.rsplit_once(':')
            .and_then(|(_, revision)| revision.parse::<u32>().ok())
    };
    let active = state.inventory.of_type(TaskDefinition::NAME);
    let fitting = active.map(|(arn, _)| arn).filter(|arn| {
        let name = name(arn);
        let family = name.rsplit_once(':').map(|(family, _)| family);
        *arn == given || name == given || family == Some(given)
    });
    fitting.max_by_key(|arn| revision(arn)).map(str::to_owned)
}

/// The properties of the task definition with this ARN, also if it is deregistered.
pub(super) fn find(account: &Account, definition: &str) -> Option<TaskDefinitionProperties> {
    account.read(|state| {
        if let Some(item) = state.inventory.get(definition) {
            return Some(item.read());
        }
        read(state.inactive_task_definitions.get(definition)?).ok()
    })
}
