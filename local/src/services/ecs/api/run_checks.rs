//! What `RunTask` refuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::change;
use crate::account::Account;
use crate::aws::{AwsError, heed};
use crate::resources::ResourceType as _;
use crate::resources::subject::Subject;
use crate::services::ecs::agent::check_roles;
use crate::services::ecs::overrides::Overrides;
use crate::services::ecs::rules::{is_fargate_pair, task_rules};
use crate::services::ecs::task_definition::{self, Number, TaskDefinitionProperties, resolve};
use crate::services::ecs::{Cluster, Service};
use crate::services::iam;

/// Where a task is to run.
pub(super) struct Place<'a> {
    pub(super) capacity_provider_strategy: &'a Value,
    pub(super) launch_type: Option<&'a str>,
    pub(super) network_configuration: &'a Value,
    pub(super) platform_version: Option<&'a str>,
}

/// The ARN of the task definition.
///
/// # Errors
/// ECS's message for one that does not exist, or is inactive.
pub(super) fn definition(account: &Account, given: &str) -> Result<String, AwsError> {
    if let Some(arn) = account.read(|state| resolve(state, given)) {
        return Ok(arn);
    }
    let is_inactive = account.read(|state| {
        let mut inactive = state.inactive_task_definitions.keys();
        inactive.any(|arn| arn == given || arn.rsplit('/').next() == Some(given))
    });
    Err(if is_inactive {
        invalid("TaskDefinition is inactive".into())
    } else {
        AwsError::new("ClientException", "TaskDefinition not found.")
    })
}

/// The properties of a service with the same tasks. The same rules hold for both.
pub(super) fn like_a_service(
    account: &Account,
    cluster: &str,
    definition: &str,
    input: &Place<'_>,
) -> Value {
    let mut launch = input.launch_type.map(str::to_owned);
    let mut strategy = change::upper_names(input.capacity_provider_strategy);
    if launch.is_none() && strategy.as_array().is_none_or(Vec::is_empty) {
        strategy = account.read(|state| {
            let mut clusters = state.inventory.of_type(Cluster::NAME);
            let own = clusters.find(|(name, _)| *name == cluster);
            let own = own.and_then(|(_, item)| {
                item.properties
                    .get("DefaultCapacityProviderStrategy")
                    .cloned()
            });
            own.unwrap_or_default()
        });
        if strategy.as_array().is_none_or(Vec::is_empty) {
            launch = Some("EC2".to_owned());
        }
    }
    let mut properties = json!({
        "Cluster": cluster,
        "TaskDefinition": definition,
        "NetworkConfiguration": change::upper_names(input.network_configuration),
    });
    for (name, value) in [
        ("LaunchType", launch),
        ("PlatformVersion", input.platform_version.map(str::to_owned)),
    ] {
        if let Some(value) = value {
            properties[name] = value.into();
        }
    }
    if strategy.is_array() {
        properties["CapacityProviderStrategy"] = strategy;
    }
    properties
}

/// # Errors
/// ECS's message for what breaks a rule of services, or for a launch type without machines.
pub(super) fn check(account: &Account, service: &Value) -> Result<(), AwsError> {
    let caller = iam::caller();
    account.read(|state| {
        let subject = Subject {
            resource_type: Service::NAME,
            properties: service,
            before: None,
            id: "",
            stack: None,
            logical_id: "",
            state,
            region: &account.region,
            quotas: &account.quotas,
            caller: &caller,
        };
        task_rules(&subject).map_err(|(code, sentence)| AwsError::new(code, sentence))
    })?;
    match service["LaunchType"].as_str() {
        // <https://github.com/ptokito/ECSClusterWithTerraform/issues/3>
        Some("EC2" | "EXTERNAL") => Err(invalid(
            "No Container Instances were found in your cluster.".into(),
        )),
        Some("MANAGED_INSTANCES") => Err(AwsError::unsupported(
            "tasks of the launch type MANAGED_INSTANCES",
        )),
        _ => Ok(()),
    }
}

/// # Errors
/// ECS's message for an override of a container that is not there
/// (<https://github.com/azavea/django-ecsmanage/issues/21>), and the name of one that is not done.
pub(super) fn overrides(
    given: &Value,
    definition: &TaskDefinitionProperties,
) -> Result<Overrides, AwsError> {
    let names: BTreeSet<&str> = definition
        .container_definitions
        .iter()
        .map(task_definition::ContainerDefinition::name)
        .collect();
    let overrides: Overrides = if given.is_null() {
        Overrides::default()
    } else {
        heed(given)?
    };
    for container in &overrides.containers {
        let name = container.name.as_str();
        if name.is_empty() && !container.is_empty() {
            return Err(invalid("Container override name cannot be blank.".into()));
        }
        if !name.is_empty() && !names.contains(name) {
            return Err(invalid(format!(
                "Override for container named {name} is not a container in the TaskDefinition."
            )));
        }
    }
    Ok(overrides)
}

/// # Errors
/// ECS's message for a size that Fargate does not have, or a role that cannot be assumed.
pub(super) fn check_overridden(
    account: &Account,
    overrides: &Overrides,
    properties: &TaskDefinitionProperties,
) -> Result<(), AwsError> {
    if let Some(Number(size)) = overrides.ephemeral_storage.size
        && !(21..=200).contains(&size)
    {
        let bound = if size < 21 {
            "at least 21"
        } else {
            "at most 200"
        };
        let sentence = format!("EphemeralStorage size should be {bound}");
        return Err(AwsError::new("ClientException", sentence));
    }
    let changes_size = overrides.cpu.or(overrides.memory).is_some();
    if let (true, Some(Number(cpu)), Some(Number(memory))) =
        (changes_size, properties.cpu, properties.memory)
        && !is_fargate_pair(cpu, memory)
    {
        return Err(AwsError::new(
            "ClientException",
            "No Fargate configuration exists for given values.",
        ));
    }
    check_roles(account, properties).map_err(|reason| AwsError::new("ClientException", reason))
}

pub(super) fn invalid(sentence: String) -> AwsError {
    AwsError::new("InvalidParameterException", sentence)
}
