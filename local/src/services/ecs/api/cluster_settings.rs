//! `UpdateCluster`, `UpdateClusterSettings`, `PutClusterCapacityProviders` and
//! `DescribeCapacityProviders`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{change, clusters, find};
use crate::account::Account;
use crate::aws::{Answer, AwsError, json as read};
use crate::services::ecs::Cluster;

/// The capacity providers that every account has.
const PROVIDERS: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// Changes the members of a cluster that are given.
pub(super) async fn update(account: &Arc<Account>, input: &Value) -> Answer {
    let name = find::cluster(account, read::member(input, "cluster"))?.to_owned();
    let mut given = input.clone();
    if let Some(members) = given.as_object_mut() {
        members.remove("cluster");
        // The provider strategy may be empty: it is then removed.
        members.retain(|_, value| !value.is_null());
    }
    let used = [
        "settings",
        "configuration",
        "capacityProviders",
        "defaultCapacityProviderStrategy",
    ];
    let mut changes = change::properties(&given, &used)?;
    if let Some(settings) = changes.remove("Settings") {
        changes.insert("ClusterSettings".to_owned(), settings);
    }
    for (member, property) in [
        ("capacityProviders", "CapacityProviders"),
        (
            "defaultCapacityProviderStrategy",
            "DefaultCapacityProviderStrategy",
        ),
    ] {
        if given.get(member) == Some(&json!([])) {
            changes.insert(property.to_owned(), json!([]));
        }
    }
    change::update::<Cluster>(account, &name, changes).await?;
    Ok(json!({"cluster": clusters::one(account, &name)}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    capacity_providers: Vec<String>,
    cluster: Option<String>,
    #[serde(rename = "include")]
    _include: Vec<String>,
    #[serde(rename = "maxResults")]
    _max_results: Option<i64>,
    next_token: Option<String>,
}

/// Describes the providers of Fargate: there are no others. They have no tags, and are one page.
pub(super) fn providers(account: &Account, input: &Describe) -> Answer {
    if input.next_token.is_some() {
        return Err(AwsError::new("InvalidParameterException", "Invalid token"));
    }
    if let Some(cluster) = &input.cluster {
        find::cluster(account, Some(cluster))?;
    }
    let arn = |name: &str| account.arn("ecs", &format!("capacity-provider/{name}"));
    let is_wanted = |name: &str| {
        let wanted = &input.capacity_providers;
        wanted.is_empty() || wanted.iter().any(|one| one == name || *one == arn(name))
    };
    let all = PROVIDERS.into_iter().filter(|name| is_wanted(name));
    let all: Vec<Value> = all
        .map(|name| {
            json!({
                "capacityProviderArn": arn(name),
                "name": name,
                "status": "ACTIVE",
                "tags": [],
            })
        })
        .collect();
    let unknown = input.capacity_providers.iter().filter(|one| {
        let name = one.rsplit('/').next().unwrap_or(one);
        !PROVIDERS.contains(&name)
    });
    let failures: Vec<Value> = unknown
        .map(|one| json!({"arn": one, "reason": "MISSING"}))
        .collect();
    Ok(json!({"capacityProviders": all, "failures": failures}))
}
