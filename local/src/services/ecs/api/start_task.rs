//! `StartTask`, which places tasks on container instances. Fargate has none.

use serde::Deserialize;
use serde_json::{Value, json};

use super::container_instances::missing;
use super::find;
use super::run_checks::{definition, invalid};
use crate::account::Account;
use crate::aws::Answer;

/// The most container instances of one call
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html>).
const MOST_INSTANCES: usize = 10;

/// What does not decide whether the call fails is not read.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    cluster: Option<String>,
    container_instances: Vec<String>,
    #[serde(rename = "enableECSManagedTags")]
    _enable_ecs_managed_tags: bool,
    #[serde(rename = "enableExecuteCommand")]
    _enable_execute_command: bool,
    #[serde(rename = "group")]
    _group: Option<String>,
    #[serde(rename = "networkConfiguration")]
    _network_configuration: Value,
    #[serde(rename = "overrides")]
    _overrides: Value,
    #[serde(rename = "propagateTags")]
    _propagate_tags: Option<String>,
    #[serde(rename = "referenceId")]
    _reference_id: Option<String>,
    #[serde(rename = "startedBy")]
    _started_by: Option<String>,
    #[serde(rename = "tags")]
    _tags: Value,
    task_definition: String,
    #[serde(rename = "volumeConfigurations")]
    _volume_configurations: Value,
}

/// Fails for every container instance: there is none
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html>).
pub(super) fn start(account: &Account, input: &Input) -> Answer {
    let cluster = find::cluster(account, input.cluster.as_deref())?;
    let count = input.container_instances.len();
    if count == 0 {
        return Err(invalid("Container instance cannot be empty.".into()));
    }
    if count > MOST_INSTANCES {
        return Err(invalid(format!(
            "containerInstances can have at most {MOST_INSTANCES} items."
        )));
    }
    let definition = definition(account, &input.task_definition)?;
    if !is_for_instances(account, &definition) {
        return Err(invalid(
            "Task definition does not support launch_type EC2.".into(),
        ));
    }
    let failures = missing(account, cluster, &input.container_instances);
    Ok(json!({"tasks": [], "failures": failures}))
}

fn is_for_instances(account: &Account, definition: &str) -> bool {
    let wanted = account.read(|state| {
        let item = state.inventory.get(definition)?;
        item.properties.get("RequiresCompatibilities").cloned()
    });
    let wanted = wanted.as_ref().and_then(Value::as_array);
    wanted.is_none_or(|all| all.is_empty() || all.contains(&json!("EC2")))
}
