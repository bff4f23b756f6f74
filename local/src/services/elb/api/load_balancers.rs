//! `DescribeLoadBalancers`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::find::named;
use crate::account::{Account, Item};
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::elb::LoadBalancer;
use crate::services::elb::load_balancer::LoadBalancerProperties;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    load_balancer_arns: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    load_balancers: Vec<Description>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    load_balancer_arn: String,
    load_balancer_name: String,
    #[serde(rename = "DNSName")]
    dns_name: String,
    canonical_hosted_zone_id: String,
    scheme: String,
    r#type: &'static str,
    state: State,
    availability_zones: Vec<AvailabilityZone>,
    security_groups: Option<Value>,
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
}

pub(super) fn describe(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let arns = &input.load_balancer_arns;
    let found = named(account, LoadBalancer::NAME, "LoadBalancer", arns)?;
    let load_balancers = found
        .into_iter()
        .map(|(arn, item)| description(arn, &item))
        .collect();
    Ok(Output { load_balancers })
}

fn description(arn: String, item: &Item) -> Description {
    let properties: LoadBalancerProperties = item.read();
    let subnets = properties.subnets.into_iter();
    Description {
        load_balancer_arn: arn,
        load_balancer_name: item.attribute("LoadBalancerName").to_owned(),
        dns_name: item.attribute("DNSName").to_owned(),
        canonical_hosted_zone_id: item.attribute("CanonicalHostedZoneID").to_owned(),
        scheme: properties
            .scheme
            .unwrap_or_else(|| "internet-facing".into()),
        r#type: "application",
        state: State { code: "active" },
        availability_zones: subnets
            .map(|subnet_id| AvailabilityZone { subnet_id })
            .collect(),
        security_groups: item.attributes.get("SecurityGroups").cloned(),
    }
}
