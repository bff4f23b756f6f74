//! Container instances and namespaces, of which the local AWS has none: Fargate has no instances, and
//! Cloud Map is not there.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find;
use crate::account::Account;
use crate::aws::{Answer, AwsError};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    cluster: Option<String>,
    container_instances: Vec<String>,
    #[serde(rename = "include")]
    _include: Vec<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Answer {
    let cluster = find::cluster(account, input.cluster.as_deref())?;
    if input.container_instances.is_empty() {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Container instance cannot be empty.",
        ));
    }
    let failures = missing(account, cluster, &input.container_instances);
    Ok(json!({"containerInstances": [], "failures": failures}))
}

/// A failure for each of these container instances.
pub(super) fn missing(account: &Account, cluster: &str, instances: &[String]) -> Vec<Value> {
    let failures = instances.iter().map(|one| {
        let arn = if one.starts_with("arn:") {
            one.clone()
        } else {
            account.arn("ecs", &format!("container-instance/{cluster}/{one}"))
        };
        json!({"arn": arn, "reason": "MISSING"})
    });
    failures.collect()
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    cluster: Option<String>,
    #[serde(rename = "filter")]
    _filter: Option<String>,
    #[serde(rename = "maxResults")]
    _max_results: Option<i64>,
    next_token: Option<String>,
    #[serde(rename = "status")]
    _status: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Answer {
    find::cluster(account, input.cluster.as_deref())?;
    if input.next_token.is_some() {
        return Err(AwsError::new("InvalidParameterException", "Invalid token"));
    }
    Ok(json!({"containerInstanceArns": []}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct OfNamespace {
    namespace: String,
    #[serde(rename = "maxResults")]
    _max_results: Option<i64>,
    #[serde(rename = "nextToken")]
    _next_token: Option<String>,
}

pub(super) fn services_of_namespace(input: &OfNamespace) -> Answer {
    Err(AwsError::new(
        "NamespaceNotFoundException",
        format!("The namespace {} does not exist.", input.namespace),
    ))
}
