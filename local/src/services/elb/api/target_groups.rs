//! Target groups: describe, create, modify and delete.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::change::{self, members};
use super::find::{exists, missing, named};
use super::page::page;
use crate::account::{Account, Item};
use crate::aws::{Answer, AwsError, answer, json as read};
use crate::resources::ResourceType as _;
use crate::services::elb::associations::load_balancers_of;
use crate::services::elb::check_target_group::check_target_group;
use crate::services::elb::target_group::{Described, TargetGroupProperties};
use crate::services::elb::{LoadBalancer, TargetGroup};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    load_balancer_arn: Option<String>,
    target_group_arns: Vec<String>,
    names: Vec<String>,
    marker: Option<String>,
    page_size: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    target_groups: Vec<Description>,
    next_marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    target_group_arn: String,
    target_group_name: String,
    load_balancer_arns: Vec<String>,
    #[serde(flatten)]
    properties: Described,
}

pub(super) fn describe(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let (arns, names) = (&input.target_group_arns, &input.names);
    if let Some(balancer) = &input.load_balancer_arn {
        exists(account, LoadBalancer::NAME, "LoadBalancer", balancer)?;
    }
    let mut found = named(account, TargetGroup::NAME, "TargetGroup", arns)?;
    if !names.is_empty() {
        found.retain(|(_, item)| {
            names
                .iter()
                .any(|name| item.attribute("TargetGroupName") == name)
        });
        if found.len() < names.len() {
            return Err(missing("TargetGroup"));
        }
    }
    let wanted = input.load_balancer_arn.as_ref();
    let groups = found
        .into_iter()
        .map(|(arn, item)| description(account, arn, &item))
        .filter(|group| wanted.is_none_or(|wanted| group.load_balancer_arns.contains(wanted)));
    let size = input.page_size.as_deref();
    let (target_groups, next_marker) = page(groups.collect(), input.marker.as_deref(), size)?;
    Ok(Output {
        target_groups,
        next_marker,
    })
}

fn description(account: &Account, arn: String, item: &Item) -> Description {
    let properties: TargetGroupProperties = item.read();
    Description {
        load_balancer_arns: account.read(|state| load_balancers_of(state, &arn)),
        target_group_arn: arn,
        target_group_name: item.attribute("TargetGroupName").to_owned(),
        properties: properties.described.with_defaults(),
    }
}

fn described(account: &Account, arn: &str) -> Answer {
    let input = json!({"TargetGroupArns": [arn]});
    answer(&input, |input| describe(account, &input))
}

/// The properties that `ModifyTargetGroup` changes.
const HEALTH: [&str; 9] = [
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckPath",
    "HealthCheckEnabled",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
];

pub(super) async fn create(account: &Arc<Account>, input: &Value) -> Answer {
    let others = [
        "Name",
        "Protocol",
        "ProtocolVersion",
        "Port",
        "VpcId",
        "TargetType",
        "Tags",
        "IpAddressType",
    ];
    let used: Vec<&str> = HEALTH.iter().chain(&others).copied().collect();
    let properties = members(input, &used)?;
    let arn = change::create::<TargetGroup>(account, properties, check_target_group).await?;
    described(account, &arn)
}

pub(super) async fn modify(account: &Arc<Account>, input: &Value) -> Answer {
    let arn = read::member(input, "TargetGroupArn").unwrap_or("");
    exists(account, TargetGroup::NAME, "TargetGroup", arn)?;
    let used: Vec<&str> = HEALTH.iter().copied().chain(["TargetGroupArn"]).collect();
    let mut changes = members(input, &used)?;
    changes.remove("TargetGroupArn");
    change::update::<TargetGroup>(account, arn, changes, check_target_group).await?;
    described(account, arn)
}

pub(super) async fn delete(account: &Arc<Account>, input: &Value) -> Answer {
    let arn = read::member(input, "TargetGroupArn").unwrap_or("");
    // A target group that does not exist is deleted already, as on AWS.
    if exists(account, TargetGroup::NAME, "TargetGroup", arn).is_ok() {
        change::delete::<TargetGroup>(account, arn, "ResourceInUse").await?;
    }
    Ok(json!({}))
}
