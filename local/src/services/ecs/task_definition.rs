//! `AWS::ECS::TaskDefinition`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::{Account, State};
use crate::aws::suffix;
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
    container_definitions: Vec<ContainerDefinition>,
}

/// The part of a container definition that the local AWS uses.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ContainerDefinition {
    pub(super) name: Option<String>,
    pub(super) image: Option<String>,
    pub(super) command: Vec<String>,
    pub(super) entry_point: Vec<String>,
    pub(super) environment: Vec<Variable>,
    pub(super) linux_parameters: LinuxParameters,
    pub(super) log_configuration: LogConfiguration,
    pub(super) readonly_root_filesystem: bool,
    stop_timeout: Option<u64>,
    pub(super) user: Option<String>,
    pub(super) working_directory: Option<String>,
}

/// Fargate's default stop timeout.
const STOP_TIMEOUT: u64 = 30;

impl ContainerDefinition {
    /// How many seconds the container may take to stop.
    pub(super) fn stop_timeout(&self) -> u64 {
        self.stop_timeout.unwrap_or(STOP_TIMEOUT)
    }
}

/// An environment variable.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Variable {
    pub(super) name: Option<String>,
    pub(super) value: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LinuxParameters {
    pub(super) capabilities: Capabilities,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Capabilities {
    pub(super) add: Vec<String>,
    pub(super) drop: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct LogConfiguration {
    pub(super) options: BTreeMap<String, String>,
}

impl ResourceType for TaskDefinition {
    const NAME: &'static str = "AWS::ECS::TaskDefinition";
    const SCHEMA: &'static str = include_str!("task_definition.json");
    type Properties = TaskDefinitionProperties;

    async fn create(
        request: &Request,
        properties: &TaskDefinitionProperties,
    ) -> Result<Made, String> {
        if properties.container_definitions.len() != 1 {
            return Err(
                "a task of the local AWS has exactly one container (ContainerDefinitions)".into(),
            );
        }
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

/// The container of the task definition with this ARN, if it exists.
pub(super) fn container(account: &Account, definition: &str) -> Option<ContainerDefinition> {
    account.read(|state| {
        let definition = state.inventory.get(definition)?;
        let properties: TaskDefinitionProperties = definition.read();
        properties.container_definitions.into_iter().next()
    })
}
