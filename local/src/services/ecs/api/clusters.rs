//! `DescribeClusters` and `ListClusters`.

use serde::{Deserialize, Serialize};

use super::find::{self, Failure};
use crate::account::Account;
use crate::services::ecs::service_properties::cluster_name;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Describe {
    clusters: Vec<String>,
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
        .map(|(name, arn)| cluster(account, name, arn))
        .collect();
    Described {
        clusters,
        failures: missing,
    }
}

fn cluster(account: &Account, name: String, arn: String) -> Cluster {
    let services = find::services(account, &name);
    let ledger = account.tasks.ledger();
    let running = ledger.tasks.iter().filter(|task| {
        task.stopped.is_none() && services.iter().any(|(arn, _)| *arn == task.service)
    });
    Cluster {
        cluster_arn: arn,
        cluster_name: name,
        status: "ACTIVE",
        active_services_count: services.len(),
        running_tasks_count: running.count(),
        pending_tasks_count: 0,
    }
}

#[derive(Deserialize)]
pub(super) struct List {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    cluster_arns: Vec<String>,
}

pub(super) fn list(account: &Account, _: &List) -> Listed {
    let clusters = find::clusters(account).into_iter();
    Listed {
        cluster_arns: clusters.map(|(_, arn)| arn).collect(),
    }
}
