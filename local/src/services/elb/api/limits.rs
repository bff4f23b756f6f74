//! `DescribeAccountLimits` and `DescribeSSLPolicies`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::page::page;
use crate::aws::{Answer, AwsError};
use crate::services::elb::ssl_policies::{POLICIES, is_policy, protocols};

/// The default quotas (user guide, "Quotas for your Application Load Balancers").
const LIMITS: [(&str, u32); 15] = [
    ("target-groups", 3000),
    ("targets-per-application-load-balancer", 1000),
    ("listeners-per-application-load-balancer", 50),
    ("rules-per-application-load-balancer", 100),
    ("network-load-balancers", 50),
    ("targets-per-network-load-balancer", 3000),
    (
        "targets-per-availability-zone-per-network-load-balancer",
        500,
    ),
    ("listeners-per-network-load-balancer", 50),
    ("condition-values-per-alb-rule", 5),
    ("condition-wildcards-per-alb-rule", 5),
    ("target-groups-per-action-on-application-load-balancer", 5),
    ("target-groups-per-application-load-balancer", 100),
    ("certificates-per-application-load-balancer", 25),
    ("targets-per-target-group", 1000),
    ("application-load-balancers", 50),
];

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    names: Vec<String>,
    load_balancer_type: Option<String>,
    marker: Option<String>,
    page_size: Option<String>,
}

pub(super) fn describe(input: &Input) -> Answer {
    let limits = LIMITS.iter();
    let limits = limits.map(|(name, most)| json!({"Name": name, "Max": most.to_string()}));
    let size = input.page_size.as_deref();
    let (limits, next) = page(
        limits.collect::<Vec<Value>>(),
        input.marker.as_deref(),
        size,
    )?;
    Ok(json!({"Limits": limits, "NextMarker": next}))
}

pub(super) fn ssl_policies(input: &Input) -> Answer {
    if let Some(unknown) = input.names.iter().find(|name| !is_policy(name)) {
        return Err(AwsError::new(
            "SSLPolicyNotFound",
            format!("SSL policy '{unknown}' not found"),
        ));
    }
    let is_application = input.load_balancer_type.as_deref() != Some("gateway");
    let wanted = |name: &&&str| {
        let names = &input.names;
        is_application && (names.is_empty() || names.iter().any(|one| one == **name))
    };
    let policies = POLICIES.iter().filter(wanted).map(|name| {
        json!({
            "Name": name,
            "SslProtocols": protocols(name),
            "SupportedLoadBalancerTypes": ["application", "network"],
        })
    });
    let size = input.page_size.as_deref();
    let (policies, next) = page(policies.collect::<Vec<_>>(), input.marker.as_deref(), size)?;
    Ok(json!({"SslPolicies": policies, "NextMarker": next}))
}
