//! Listeners: describe, create, modify and delete.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::change::{self, keep_secret, members};
use super::find::{all, exists};
use super::page::page;
use crate::account::{Account, Item};
use crate::aws::{Answer, AwsError, answer, json};
use crate::resources::ResourceType as _;
use crate::services::elb::check_listener::check_listener;
use crate::services::elb::listener::{Certificate, ListenerProperties};
use crate::services::elb::listener_rule::ListenerRuleProperties;
use crate::services::elb::routing::Action;
use crate::services::elb::{Listener, ListenerCertificate, ListenerRule, LoadBalancer};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    listener_arns: Vec<String>,
    load_balancer_arn: Option<String>,
    marker: Option<String>,
    page_size: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    listeners: Vec<Description>,
    next_marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    listener_arn: String,
    load_balancer_arn: String,
    port: u64,
    protocol: String,
    ssl_policy: Option<String>,
    certificates: Option<Vec<Certificate>>,
    default_actions: Vec<Action>,
    alpn_policy: Option<Vec<String>>,
    mutual_authentication: Option<Value>,
}

pub(super) fn describe(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let arns = &input.listener_arns;
    let known = all(account, Listener::NAME);
    if let Some(balancer) = &input.load_balancer_arn {
        exists(account, LoadBalancer::NAME, "LoadBalancer", balancer)?;
    }
    if !arns
        .iter()
        .all(|arn| known.iter().any(|(known, _)| known == arn))
    {
        return Err(AwsError::new(
            "ListenerNotFound",
            "One or more listeners not found",
        ));
    }
    let wanted = input.load_balancer_arn.as_ref();
    let listeners = known
        .into_iter()
        .filter(|(arn, _)| arns.is_empty() || arns.contains(arn))
        .map(|(arn, item)| description(arn, &item))
        .filter(|listener| wanted.is_none_or(|wanted| *wanted == listener.load_balancer_arn));
    let size = input.page_size.as_deref();
    let (listeners, next_marker) = page(listeners.collect(), input.marker.as_deref(), size)?;
    Ok(Output {
        listeners,
        next_marker,
    })
}

fn description(listener_arn: String, item: &Item) -> Description {
    let properties: ListenerProperties = item.read();
    let is_tls = properties.is_tls();
    Description {
        listener_arn,
        port: properties.port(),
        protocol: properties.protocol().to_owned(),
        ssl_policy: is_tls.then(|| properties.ssl_policy().to_owned()),
        mutual_authentication: properties
            .mutual_authentication
            .or_else(|| is_tls.then(|| serde_json::json!({"Mode": "off"}))),
        load_balancer_arn: properties.load_balancer_arn,
        certificates: properties.certificates,
        default_actions: described_all(properties.default_actions),
        alpn_policy: properties.alpn_policy,
    }
}

/// Actions as `Describe` actions show them.
pub(super) fn described_all(actions: Vec<Action>) -> Vec<Action> {
    actions.into_iter().map(Action::described).collect()
}

/// The answer of `CreateListener` and `ModifyListener`.
fn described(account: &Account, arn: &str) -> Answer {
    let input = serde_json::json!({"ListenerArns": [arn]});
    answer(&input, |input| describe(account, &input))
}

const PROPERTIES: [&str; 9] = [
    "LoadBalancerArn",
    "Protocol",
    "Port",
    "SslPolicy",
    "Certificates",
    "DefaultActions",
    "AlpnPolicy",
    "Tags",
    "MutualAuthentication",
];

pub(super) async fn create(account: &Arc<Account>, input: &Value) -> Answer {
    let properties = members(input, &PROPERTIES)?;
    let arn = change::create::<Listener>(account, properties, |state, properties| {
        check_listener(state, properties, None)
    })
    .await?;
    described(account, &arn)
}

pub(super) async fn modify(account: &Arc<Account>, input: &Value) -> Answer {
    let arn = json::member(input, "ListenerArn").unwrap_or("");
    exists(account, Listener::NAME, "Listener", arn)?;
    let mut used = PROPERTIES.to_vec();
    used.push("ListenerArn");
    let mut changes = members(input, &used)?;
    changes.remove("ListenerArn");
    if changes
        .get("Protocol")
        .is_some_and(|protocol| protocol == "HTTP")
    {
        // A listener that becomes HTTP loses what belongs to TLS.
        changes.insert("SslPolicy".into(), Value::Null);
        changes.insert("Certificates".into(), Value::Null);
    }
    keep_secret::<Listener>(account, arn, &mut changes, "DefaultActions");
    change::update::<Listener>(account, arn, changes, |state, properties| {
        check_listener(state, properties, Some(arn))
    })
    .await?;
    described(account, arn)
}

pub(super) async fn delete(account: &Arc<Account>, input: &Value) -> Answer {
    let arn = json::member(input, "ListenerArn").unwrap_or("");
    exists(account, Listener::NAME, "Listener", arn)?;
    remove(account, arn).await?;
    Ok(Value::Object(serde_json::Map::new()))
}

/// Deletes a listener with its rules and lists of certificates.
pub(super) async fn remove(account: &Arc<Account>, arn: &str) -> Result<(), AwsError> {
    for (rule, item) in all(account, ListenerRule::NAME) {
        if item.read::<ListenerRuleProperties>().listener_arn == arn {
            change::delete::<ListenerRule>(account, &rule, "ResourceInUse").await?;
        }
    }
    for (list, item) in all(account, ListenerCertificate::NAME) {
        if json::member(&item.properties, "ListenerArn") == Some(arn) {
            change::delete::<ListenerCertificate>(account, &list, "ResourceInUse").await?;
        }
    }
    change::delete::<Listener>(account, arn, "ResourceInUse").await
}
