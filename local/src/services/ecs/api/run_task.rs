//! `RunTask`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::find;
use super::run_checks::{
    Place, check, check_overridden, definition, invalid, like_a_service, overrides,
};
use super::tags::{self, Tag};
use super::tasks::describe_one;
use crate::account::Account;
use crate::aws::{Answer, AwsError, hex_id, read, seconds};
use crate::services::ec2::Placement;
use crate::services::ecs::alone::Alone;
use crate::services::ecs::alone_tasks::{self, Tokens};
use crate::services::ecs::ledger::{ContainerRecord, TaskRecord};
use crate::services::ecs::service_properties::NetworkConfiguration;
use crate::services::ecs::task::Launch;
use crate::services::ecs::task_definition::{self, TaskDefinitionProperties};

/// The most tasks of one call
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html>).
const MOST_TASKS: u64 = 10;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    capacity_provider_strategy: Value,
    /// The same token returns the same tasks.
    client_token: Option<String>,
    cluster: Option<String>,
    count: Option<u64>,
    #[serde(rename = "enableECSManagedTags")]
    enable_ecs_managed_tags: bool,
    group: Option<String>,
    launch_type: Option<String>,
    network_configuration: Value,
    overrides: Value,
    platform_version: Option<String>,
    propagate_tags: Option<String>,
    started_by: Option<String>,
    tags: Vec<Tag>,
    task_definition: String,
}

/// Starts tasks that no service runs. A task that cannot start is one that stops, not a failure.
pub(super) fn run(account: &Arc<Account>, input: &Input) -> Answer {
    let cluster = find::cluster(account, input.cluster.as_deref())?;
    // Locked until the tasks of a token are known: the same call at the same time waits for them.
    let mut tokens = account.tasks.alone.tokens();
    if let Some(tasks) = already_started(account, &tokens, input) {
        return Ok(json!({"tasks": tasks, "failures": []}));
    }
    let count = input.count.unwrap_or(1);
    if !(1..=MOST_TASKS).contains(&count) {
        return Err(invalid(if count == 0 {
            "count cannot be less than 1.".into()
        } else {
            format!("count cannot be greater than {MOST_TASKS}.")
        }));
    }
    let definition = definition(account, &input.task_definition)?;
    let place = Place {
        capacity_provider_strategy: &input.capacity_provider_strategy,
        launch_type: input.launch_type.as_deref(),
        network_configuration: &input.network_configuration,
        platform_version: input.platform_version.as_deref(),
    };
    let service = like_a_service(account, cluster, &definition, &place);
    check(account, &service)?;
    let mut properties = task_definition::find(account, &definition).unwrap_or_default();
    let overrides = overrides(&input.overrides, &properties)?;
    overrides.apply(&mut properties);
    check_overridden(account, &overrides, &properties)?;
    let alone = Alone {
        cluster: cluster.to_owned(),
        group: group(input, &definition),
        started_by: input.started_by.clone(),
        tags: all_tags(account, cluster, &definition, input)?,
        overrides,
        given: input.overrides.clone(),
    };
    let run = Run {
        account,
        definition: &definition,
        properties: &properties,
        placement: placement(&service),
    };
    let tasks: Vec<Value> = (0..count).map(|_| run.start(alone.clone())).collect();
    if let Some(token) = &input.client_token {
        let arns = tasks.iter().filter_map(|task| task["taskArn"].as_str());
        tokens.insert(token.clone(), arns.map(str::to_owned).collect());
    }
    Ok(json!({"tasks": tasks, "failures": []}))
}

/// The tasks that a call with the same token has started.
fn already_started(account: &Account, tokens: &Tokens, input: &Input) -> Option<Vec<Value>> {
    let arns = tokens.get(input.client_token.as_deref()?)?;
    let ledger = account.tasks.ledger();
    let tasks = ledger.tasks.iter();
    let tasks = tasks.filter(|task| arns.contains(&task.arn(account)));
    let described = tasks.map(|task| serde_json::to_value(describe_one(account, task)));
    Some(described.filter_map(Result::ok).collect())
}

struct Run<'a> {
    account: &'a Arc<Account>,
    definition: &'a str,
    properties: &'a TaskDefinitionProperties,
    placement: Placement,
}

impl Run<'_> {
    /// Starts one task, and describes it.
    fn start(&self, alone: Alone) -> Value {
        let id = hex_id(32);
        let containers = self.properties.container_definitions.iter();
        let launch = Launch {
            id: id.clone(),
            cluster: alone.cluster.clone(),
            definition: self.definition.to_owned(),
            placement: self.placement.clone(),
        };
        let record = TaskRecord {
            containers: containers
                .map(|one| ContainerRecord::new(&id, one.clone()))
                .collect(),
            id,
            definition: self.definition.to_owned(),
            created: seconds(),
            alone: Some(alone),
            ..TaskRecord::default()
        };
        let described = describe_one(self.account, &record);
        alone_tasks::start(self.account, record, launch);
        serde_json::to_value(described).unwrap_or_default()
    }
}

fn group(input: &Input, definition: &str) -> String {
    let name = definition.rsplit('/').next().unwrap_or(definition);
    let family = name.split(':').next().unwrap_or(name);
    let own = input.group.clone();
    own.unwrap_or_else(|| format!("family:{family}"))
}

/// The tags of the call, those of the task definition if they are propagated, and those of ECS.
fn all_tags(
    account: &Account,
    cluster: &str,
    definition: &str,
    input: &Input,
) -> Result<Vec<(String, String)>, AwsError> {
    let mut tags: Vec<Tag> = match input.propagate_tags.as_deref() {
        Some("TASK_DEFINITION") => account.read(|state| {
            let item = state.inventory.get(definition);
            item.map(tags::of).unwrap_or_default()
        }),
        // <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html>
        Some("SERVICE") => {
            return Err(invalid(
                "The SERVICE option for propagateTags is not supported by RunTask.".into(),
            ));
        }
        _ => Vec::new(),
    };
    tags.retain(|known| !input.tags.iter().any(|tag| tag.key == known.key));
    tags.extend(input.tags.iter().cloned());
    let mut tags: Vec<_> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    if input.enable_ecs_managed_tags {
        tags.push(("aws:ecs:clusterName".into(), cluster.to_owned()));
    }
    Ok(tags)
}

fn placement(service: &Value) -> Placement {
    let network: NetworkConfiguration = read(&service["NetworkConfiguration"]).unwrap_or_default();
    let network = network.awsvpc_configuration;
    Placement {
        public: network.assign_public_ip.as_deref() == Some("ENABLED"),
        subnets: network.subnets,
        groups: network.security_groups,
    }
}
