//! Load balancers: describe, create, change and delete.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::change::{self, members};
use super::find::{exists, missing, named};
use super::listeners;
use super::page::page;
use crate::account::{Account, Item};
use crate::aws::{Answer, AwsError, answer, json as read};
use crate::resources::ResourceType as _;
use crate::services::elb::LoadBalancer;
use crate::services::elb::load_balancer::LoadBalancerProperties;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    load_balancer_arns: Vec<String>,
    names: Vec<String>,
    marker: Option<String>,
    page_size: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    load_balancers: Vec<Description>,
    next_marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    load_balancer_arn: String,
    load_balancer_name: String,
    #[serde(rename = "DNSName")]
    dns_name: String,
    canonical_hosted_zone_id: String,
    created_time: Option<Value>,
    scheme: String,
    vpc_id: Option<String>,
    r#type: &'static str,
    state: State,
    availability_zones: Vec<AvailabilityZone>,
    security_groups: Vec<String>,
    ip_address_type: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    code: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AvailabilityZone {
    subnet_id: String,
    zone_name: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let (arns, names) = (&input.load_balancer_arns, &input.names);
    let mut found = named(account, LoadBalancer::NAME, "LoadBalancer", arns)?;
    if !names.is_empty() {
        let name_of = |item: &Item| item.attribute("LoadBalancerName").to_owned();
        if !names
            .iter()
            .all(|name| found.iter().any(|(_, item)| name_of(item) == *name))
        {
            let wrong = names.iter().map(|name| format!("'{name}'"));
            let wrong: Vec<String> = wrong.collect();
            return Err(match arns.is_empty() {
                true => AwsError::new(
                    "LoadBalancerNotFound",
                    format!(
                        "Load balancers '[{}]' not found",
                        wrong.join(", ").replace('\'', "")
                    ),
                ),
                false => missing("LoadBalancer"),
            });
        }
        found.retain(|(_, item)| names.contains(&name_of(item)));
    }
    let descriptions = found
        .into_iter()
        .map(|(arn, item)| description(account, arn, &item));
    let size = input.page_size.as_deref();
    let (load_balancers, next_marker) =
        page(descriptions.collect(), input.marker.as_deref(), size)?;
    Ok(Output {
        load_balancers,
        next_marker,
    })
}

fn description(account: &Account, arn: String, item: &Item) -> Description {
    let properties: LoadBalancerProperties = item.read();
    let subnets = properties.subnets();
    let of_subnet = |subnet: &str, name: &str| {
        account.read(|state| {
            let subnet = state.inventory.get(subnet)?;
            let text = subnet.attribute(name);
            (!text.is_empty()).then(|| text.to_owned())
        })
    };
    Description {
        load_balancer_arn: arn,
        load_balancer_name: item.attribute("LoadBalancerName").to_owned(),
        dns_name: item.attribute("DNSName").to_owned(),
        canonical_hosted_zone_id: item.attribute("CanonicalHostedZoneID").to_owned(),
        created_time: item.attributes.get("CreatedTime").cloned(),
        scheme: properties
            .scheme
            .unwrap_or_else(|| "internet-facing".into()),
        vpc_id: subnets
            .first()
            .and_then(|subnet| of_subnet(subnet, "VpcId")),
        r#type: "application",
        state: State { code: "active" },
        availability_zones: subnets
            .into_iter()
            .map(|subnet_id| AvailabilityZone {
                zone_name: of_subnet(&subnet_id, "AvailabilityZone"),
                subnet_id,
            })
            .collect(),
        security_groups: properties.security_groups,
        ip_address_type: properties.ip_address_type.unwrap_or_else(|| "ipv4".into()),
    }
}

fn described(account: &Account, arn: &str) -> Answer {
    let input = json!({"LoadBalancerArns": [arn]});
    answer(&input, |input| describe(account, &input))
}

pub(super) async fn create(account: &Arc<Account>, input: &Value) -> Answer {
    let used = [
        "Name",
        "Subnets",
        "SubnetMappings",
        "SecurityGroups",
        "Scheme",
        "Tags",
        "Type",
        "IpAddressType",
    ];
    let properties = members(input, &used)?;
    if !properties.contains_key("Name") {
        return Err(AwsError::validation(
            "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
        ));
    }
    let arn = change::create::<LoadBalancer>(account, properties, |_, _| Ok(())).await?;
    described(account, &arn)
}

/// Deletes a load balancer with its listeners.
pub(super) async fn delete(account: &Arc<Account>, input: &Value) -> Answer {
    let arn = read::member(input, "LoadBalancerArn").unwrap_or("");
    // A load balancer that does not exist is deleted already (API_DeleteLoadBalancer).
    let Ok(item) = exists(account, LoadBalancer::NAME, "LoadBalancer", arn) else {
        return Ok(json!({}));
    };
    if item.read::<LoadBalancerProperties>().is_protected() {
        return change::delete::<LoadBalancer>(account, arn, "OperationNotPermitted")
            .await
            .map(|()| json!({}));
    }
    for listener in account.balancers.listeners_of(arn) {
        listeners::remove(account, &listener).await?;
    }
    change::delete::<LoadBalancer>(account, arn, "ResourceInUse").await?;
    Ok(json!({}))
}

pub(super) async fn set_security_groups(account: &Arc<Account>, input: &Value) -> Answer {
    let changed = set(account, input, &["SecurityGroups"]).await?;
    Ok(json!({"SecurityGroupIds": changed["SecurityGroups"]}))
}

pub(super) async fn set_subnets(account: &Arc<Account>, input: &Value) -> Answer {
    let used = ["Subnets", "SubnetMappings", "IpAddressType"];
    let changed = set(account, input, &used).await?;
    let zones = &changed["AvailabilityZones"];
    Ok(json!({"AvailabilityZones": zones, "IpAddressType": changed["IpAddressType"]}))
}

pub(super) async fn set_ip_address_type(account: &Arc<Account>, input: &Value) -> Answer {
    let changed = set(account, input, &["IpAddressType"]).await?;
    Ok(json!({"IpAddressType": changed["IpAddressType"]}))
}

/// Sets properties, and returns the description of the load balancer.
async fn set(account: &Arc<Account>, input: &Value, used: &[&str]) -> Result<Value, AwsError> {
    let arn = read::member(input, "LoadBalancerArn").unwrap_or("");
    exists(account, LoadBalancer::NAME, "LoadBalancer", arn)?;
    let mut all = used.to_vec();
    all.push("LoadBalancerArn");
    let mut changes: Map<String, Value> = members(input, &all)?;
    changes.remove("LoadBalancerArn");
    // Subnets and SubnetMappings replace each other.
    if changes.contains_key("SubnetMappings") {
        changes.insert("Subnets".into(), json!([]));
    } else if changes.contains_key("Subnets") {
        changes.insert("SubnetMappings".into(), json!([]));
    }
    change::update::<LoadBalancer>(account, arn, changes, |_, _| Ok(())).await?;
    let described = described(account, arn)?;
    Ok(described["LoadBalancers"][0].clone())
}
