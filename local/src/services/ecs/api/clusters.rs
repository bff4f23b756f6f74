//! `DescribeClusters` and `ListClusters`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::find::{self, Failure};
use super::{change, tags};
use crate::account::Account;
use crate::aws::{Answer, AwsError, page, page_size};
use crate::resources::ResourceType as _;
use crate::services::ecs::Cluster as EcsCluster;
use crate::services::ecs::ledger::TaskRecord;
use crate::services::ecs::service_properties::cluster_name;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Describe {
    clusters: Vec<String>,
    include: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Described {
    clusters: Vec<Cluster>,
    failures: Vec<Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cluster {
    cluster_arn: String,
    cluster_name: String,
    status: &'static str,
    active_services_count: usize,
    running_tasks_count: usize,
    pending_tasks_count: usize,
    registered_container_instances_count: usize,
    capacity_providers: Value,
    default_capacity_provider_strategy: Value,
    tags: Vec<tags::Tag>,
    settings: Value,
    statistics: Vec<Value>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Described {
    let wanted = input.clusters.iter();
    let wanted: Vec<&str> = wanted.map(|name| cluster_name(Some(name))).collect();
    let all = find::clusters(account);
    let missing = wanted
        .iter()
        .filter(|name| !all.iter().any(|(known, _)| known == *name))
        .map(|name| Failure::missing(account.arn("ecs", &format!("cluster/{name}"))))
        .collect();
    let clusters = all
        .into_iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()))
        .map(|(name, arn)| cluster(account, &name, arn, &input.include))
        .collect();
    Described {
        clusters,
        failures: missing,
    }
}

fn cluster(account: &Account, name: &str, arn: String, include: &[String]) -> Cluster {
    let item = account.read(|state| {
        let mut clusters = state.inventory.of_type(EcsCluster::NAME);
        clusters
            .find(|(known, _)| *known == name)
            .map(|(_, item)| item.clone())
    });
    let property = |property: &str| {
        let value = item
            .as_ref()
            .and_then(|item| item.properties.get(property).cloned());
        value.map_or_else(|| json!([]), |value| find::lower_names(&value))
    };
    let included = |field: &str| include.iter().any(|one| one == field);
    let tags = item.as_ref().filter(|_| included("TAGS")).map(tags::of);
    let settings = if included("SETTINGS") {
        property("ClusterSettings")
    } else {
        json!([])
    };
    let services = find::services(account, name);
    let ledger = account.tasks.ledger();
    let in_cluster = |task: &&TaskRecord| task.stopped.is_none() && task.cluster() == name;
    let tasks: Vec<&TaskRecord> = ledger.tasks.iter().filter(in_cluster).collect();
    let running = tasks.iter().filter(|task| task.started.is_some()).count();
    Cluster {
        cluster_arn: arn,
        cluster_name: name.to_owned(),
        status: "ACTIVE",
        active_services_count: services.len(),
        running_tasks_count: running,
        pending_tasks_count: tasks.len() - running,
        registered_container_instances_count: 0,
        capacity_providers: property("CapacityProviders"),
        default_capacity_provider_strategy: property("DefaultCapacityProviderStrategy"),
        tags: tags.unwrap_or_default(),
        settings,
        statistics: Vec::new(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    cluster_arns: Vec<String>,
    next_token: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    let arns = find::clusters(account).into_iter().map(|(_, arn)| arn);
    let size = page_size(input.max_results, 100);
    let page = page(arns, size, input.next_token.as_deref());
    let (cluster_arns, next_token) =
        page.ok_or_else(|| AwsError::new("InvalidParameterException", "Invalid token"))?;
    Ok(Listed {
        cluster_arns,
        next_token,
    })
}

/// A cluster that exists already is returned as it is.
pub(super) async fn create(account: &Arc<Account>, input: &Value) -> Answer {
    let mut properties = change::properties(
        input,
        &[
            "clusterName",
            "tags",
            "settings",
            "capacityProviders",
            "defaultCapacityProviderStrategy",
        ],
    )?;
    if let Some(settings) = properties.remove("Settings") {
        properties.insert("ClusterSettings".into(), settings);
    }
    let name = properties
        .entry("ClusterName")
        .or_insert_with(|| "default".into());
    let name = name.as_str().unwrap_or("default").to_owned();
    if find::cluster(account, Some(&name)).is_err() {
        change::WORDS
            .create::<EcsCluster>(account, properties.into())
            .await?;
    }
    Ok(json!({"cluster": one(account, &name)}))
}

pub(super) async fn delete(account: &Arc<Account>, input: &Value) -> Answer {
    let wanted = input.get("cluster").and_then(Value::as_str);
    let name = find::cluster(account, wanted)?;
    let mut described = one(account, name);
    change::WORDS.delete::<EcsCluster>(account, name).await?;
    described["status"] = "INACTIVE".into();
    Ok(json!({"cluster": described}))
}

pub(super) fn one(account: &Account, name: &str) -> Value {
    let arn = account.arn("ecs", &format!("cluster/{name}"));
    let include = ["TAGS".to_owned(), "SETTINGS".to_owned()];
    serde_json::to_value(cluster(account, name, arn, &include)).unwrap_or_default()
}
