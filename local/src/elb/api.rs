//! The actions of ELB that look at what stands.

use serde_json::{Value, json};

use super::health::{State, Target};
use crate::account::Account;
use crate::inventory::Item;
use crate::json;
use crate::page::vpc_of;
use crate::protocol::{Answer, AwsError};

/// Answers an action of the API.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DescribeListeners" => Ok(json!({"Listeners": listeners(account, input)})),
        "DescribeLoadBalancers" => {
            let found = wanted(
                account,
                "LoadBalancer",
                &json::strings(input, "LoadBalancerArns"),
                "LoadBalancerNotFound",
            )?;
            let shown: Vec<Value> = found
                .iter()
                .map(|(arn, item)| load_balancer(arn, item))
                .collect();
            Ok(json!({"LoadBalancers": shown}))
        }
        "DescribeTargetGroups" => {
            let found = wanted(
                account,
                "TargetGroup",
                &json::strings(input, "TargetGroupArns"),
                "TargetGroupNotFound",
            )?;
            let shown: Vec<Value> = found
                .iter()
                .map(|(arn, item)| target_group(account, arn, item))
                .collect();
            Ok(json!({"TargetGroups": shown}))
        }
        "DescribeTargetHealth" => target_health(account, input),
        _ => Err(AwsError::unknown_action("ELB", action)),
    }
}

fn of_type(account: &Account, name: &str) -> Vec<(String, Item)> {
    let full_name = format!("AWS::ElasticLoadBalancingV2::{name}");
    account.read(|state| {
        state
            .inventory
            .of_type(&full_name)
            .map(|(arn, item)| (arn.to_owned(), item.clone()))
            .collect()
    })
}

/// Those whose ARNs are named, or all; an ARN that nothing has is an error.
fn wanted(
    account: &Account,
    name: &str,
    arns: &[String],
    code: &str,
) -> Result<Vec<(String, Item)>, AwsError> {
    let mut all = of_type(account, name);
    if arns.is_empty() {
        return Ok(all);
    }
    if !arns
        .iter()
        .all(|arn| all.iter().any(|(known, _)| known == arn))
    {
        return Err(AwsError::new(
            code,
            format!("One or more {name}s not found"),
        ));
    }
    all.retain(|(arn, _)| arns.contains(arn));
    Ok(all)
}

fn load_balancer(arn: &str, item: &Item) -> Value {
    let subnets = item.properties.get("Subnets").and_then(Value::as_array);
    let zones: Vec<Value> = subnets
        .into_iter()
        .flatten()
        .map(|subnet| json!({"SubnetId": subnet}))
        .collect();
    json!({
        "LoadBalancerArn": arn,
        "LoadBalancerName": item.attribute("LoadBalancerName"),
        "DNSName": item.attribute("DNSName"),
        "CanonicalHostedZoneId": item.attribute("CanonicalHostedZoneID"),
        "Scheme": json::member(&item.properties, "Scheme").unwrap_or("internet-facing"),
        "Type": "application",
        "State": {"Code": "active"},
        "AvailabilityZones": zones,
        "SecurityGroups": item.attributes.get("SecurityGroups"),
    })
}

fn listeners(account: &Account, input: &Value) -> Vec<Value> {
    let arns = json::strings(input, "ListenerArns");
    let balancer = json::member(input, "LoadBalancerArn");
    of_type(account, "Listener")
        .iter()
        .filter(|(arn, _)| arns.is_empty() || arns.contains(arn))
        .filter(|(_, item)| {
            balancer.is_none_or(|balancer| {
                json::member(&item.properties, "LoadBalancerArn") == Some(balancer)
            })
        })
        .map(|(arn, item)| {
            json!({
                "ListenerArn": arn,
                "LoadBalancerArn": item.properties.get("LoadBalancerArn"),
                "Port": item.properties.get("Port"),
                "Protocol": item.properties.get("Protocol"),
                "DefaultActions": item.properties.get("DefaultActions"),
            })
        })
        .collect()
}

fn target_group(account: &Account, arn: &str, item: &Item) -> Value {
    let forwarding = of_type(account, "Listener");
    let balancers: Vec<&Value> = forwarding
        .iter()
        .filter(|(_, listener)| super::forward_target(&listener.properties) == Some(arn))
        .filter_map(|(_, listener)| listener.properties.get("LoadBalancerArn"))
        .collect();
    let mut shown = json!({
        "TargetGroupArn": arn,
        "TargetGroupName": item.attribute("TargetGroupName"),
        "LoadBalancerArns": balancers,
    });
    let same = [
        "HealthCheckIntervalSeconds",
        "HealthCheckPath",
        "HealthCheckTimeoutSeconds",
        "HealthyThresholdCount",
        "Matcher",
        "Port",
        "Protocol",
        "TargetType",
        "UnhealthyThresholdCount",
        "VpcId",
    ];
    for name in same {
        shown[name] = item.properties.get(name).cloned().unwrap_or_default();
    }
    shown
}

/// The load balancers with their targets, for the local AWS's page.
pub(crate) fn shown_balancers(account: &Account) -> Vec<Value> {
    let listeners = of_type(account, "Listener");
    of_type(account, "LoadBalancer")
        .iter()
        .map(|(arn, item)| {
            let own = listeners.iter().filter(|(_, listener)| json::member(&listener.properties, "LoadBalancerArn") == Some(arn));
            let groups = own.filter_map(|(_, listener)| account.balancers.group(super::forward_target(&listener.properties)?));
            let targets: Vec<Value> = groups
                .flat_map(|group| group.targets())
                .map(|target| {
                    let full = description(&target);
                    json!({"address": target.address.to_string(), "state": full["TargetHealth"]["State"], "reason": full["TargetHealth"]["Description"]})
                })
                .collect();
            let vpc = account.read(|state| vpc_of(state, item.properties.get("Subnets")));
            json!({"url": format!("http://{}", item.attribute("DNSName")), "vpc": vpc, "targets": targets})
        })
        .collect()
}

fn target_health(account: &Account, input: &Value) -> Answer {
    let arn = json::member(input, "TargetGroupArn").unwrap_or_default();
    let group = account.balancers.group(arn).ok_or_else(|| {
        AwsError::new("TargetGroupNotFound", "One or more target groups not found")
    })?;
    let shown: Vec<Value> = group
        .targets()
        .iter()
        .map(|target| description(target))
        .collect();
    Ok(json!({"TargetHealthDescriptions": shown}))
}

fn description(target: &Target) -> Value {
    let state = target.health();
    let name = match state {
        State::Initial => "initial",
        State::Healthy => "healthy",
        State::Unhealthy => "unhealthy",
        State::Draining => "draining",
    };
    let sentence = target.reason();
    let (reason, detail) = match state {
        State::Healthy => (None, None),
        State::Draining => (
            Some("Target.DeregistrationInProgress"),
            Some("Target deregistration is in progress"),
        ),
        State::Initial | State::Unhealthy => sentence
            .split_once(": ")
            .map_or((None, None), |(reason, detail)| {
                (Some(reason), Some(detail))
            }),
    };
    json!({
        "Target": {"Id": target.address.ip().to_string(), "Port": target.address.port()},
        "HealthCheckPort": target.address.port().to_string(),
        "TargetHealth": {"State": name, "Reason": reason, "Description": detail},
    })
}
