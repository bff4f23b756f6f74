//! `AWS::ElasticLoadBalancingV2::LoadBalancer`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::access_logs::{Destination, deliver, write_test_file};
use super::attributes::{Attribute, LOAD_BALANCER};
use super::live::refresh;
use super::refused;
use crate::account::{Account, State};
use crate::aws::{AwsError, hex_id, now};
use crate::resources::{Found, Made, Request, ResourceType, refusal};
use crate::services::ec2;

/// How many ports to try for a load balancer.
const TRIED_PORTS: usize = 100;

/// The longest name; AWS truncates a generated name.
pub(super) const LONGEST_NAME: usize = 32;

pub(crate) struct LoadBalancer;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct LoadBalancerProperties {
    pub(super) ip_address_type: Option<String>,
    pub(super) load_balancer_attributes: Vec<Attribute>,
    name: Option<String>,
    pub(super) scheme: Option<String>,
    pub(super) security_groups: Vec<String>,
    subnet_mappings: Vec<SubnetMapping>,
    subnets: Vec<String>,
    r#type: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct SubnetMapping {
    subnet_id: String,
}

impl LoadBalancerProperties {
    /// The ids of its subnets, wherever they are given.
    pub(crate) fn subnets(&self) -> Vec<String> {
        let mapped = self.subnet_mappings.iter();
        let mapped = mapped.map(|mapping| mapping.subnet_id.clone());
        self.subnets.iter().cloned().chain(mapped).collect()
    }

    pub(super) fn is_protected(&self) -> bool {
        let key = "deletion_protection.enabled";
        LOAD_BALANCER.value(&self.load_balancer_attributes, key) == "true"
    }
}

impl ResourceType for LoadBalancer {
    const NAME: &'static str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
    const SCHEMA: &'static str = include_str!("load_balancer.json");
    const USUAL_DURATION: Duration = Duration::from_secs(150);
    type Properties = LoadBalancerProperties;

    async fn create(
        request: &Request,
        properties: &LoadBalancerProperties,
    ) -> Result<Made, String> {
        let kind = properties.r#type.as_deref();
        if kind.is_some_and(|kind| kind != "application") {
            return Err("the local AWS has application load balancers only".into());
        }
        LOAD_BALANCER
            .check(&properties.load_balancer_attributes)
            .map_err(refused)?;
        let name = request.name(properties.name.as_deref());
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let port = free_port(&request.account).await?;
        let full_name = format!("app/{name}/{}", hex_id(16));
        let resource = format!("loadbalancer/{full_name}");
        let arn = request.account.arn("elasticloadbalancing", &resource);
        begin_logs(&request.account, &arn, None, properties).await?;
        let attributes = json!({
            "LoadBalancerArn": arn,
            "LoadBalancerName": name,
            "LoadBalancerFullName": full_name,
            "DNSName": format!("127.0.0.1:{port}"),
            "CanonicalHostedZoneID": "Z215JYRZR1TBD5",
            "SecurityGroups": properties.security_groups,
            "CreatedTime": now(),
        });
        Ok(Made::new(arn, attributes))
    }

    async fn update(
        request: &Request,
        before: &LoadBalancerProperties,
        properties: &LoadBalancerProperties,
    ) -> Result<(), String> {
        LOAD_BALANCER
            .check(&properties.load_balancer_attributes)
            .map_err(refused)?;
        let arn = &request.physical_id;
        begin_logs(&request.account, arn, Some(before), properties).await
    }

    fn record(
        state: &mut State,
        properties: &LoadBalancerProperties,
        arn: &str,
    ) -> Result<(), String> {
        attach(state, properties, arn)
    }

    /// A state that an older version has saved has no interfaces.
    async fn restore(
        account: &Arc<Account>,
        arn: &str,
        properties: &LoadBalancerProperties,
    ) -> Result<(), String> {
        account.change(|state| attach(state, properties, arn))
    }

    fn updated(request: &Request, properties: &LoadBalancerProperties) {
        let arn = &request.physical_id;
        if let Err(reason) = request
            .account
            .change(|state| attach(state, properties, arn))
        {
            tracing::error!("the load balancer {arn} has lost an interface: {reason}");
        }
        let account = &request.account;
        for listener in account.balancers.listeners_of(&request.physical_id) {
            if let Err(reason) = refresh(account, &listener, None) {
                tracing::warn!("{reason}");
            }
        }
    }

    async fn delete(request: &Request, properties: &LoadBalancerProperties) -> Result<(), String> {
        let (account, arn) = (&request.account, &request.physical_id);
        if properties.is_protected() {
            return Err(refused(protected(arn)));
        }
        let address = account.read(|state| address(state, arn));
        if let Some(address) = address {
            account.balancers.release(address.port());
        }
        account.balancers.forget_counts(arn);
        // The policy of the bucket may be deleted next.
        deliver(account).await;
        account.change(|state| ec2::detach_balancer(state, &request.physical_id));
        Ok(())
    }

    async fn read(account: &Account, id: &str, expected: &Value) -> Found {
        super::read_properties(account, Self::NAME, id, expected)
    }
}

/// Writes the test file, if access logs are turned on or go elsewhere from now on.
async fn begin_logs(
    account: &Account,
    arn: &str,
    before: Option<&LoadBalancerProperties>,
    properties: &LoadBalancerProperties,
) -> Result<(), String> {
    let of = |one: &LoadBalancerProperties| Destination::of(arn, &one.load_balancer_attributes);
    match of(properties) {
        Some(destination) if before.and_then(of).as_ref() != Some(&destination) => {
            write_test_file(account, &destination).await
        }
        _ => Ok(()),
    }
}

/// As users of every deployment tool report it.
fn protected(arn: &str) -> AwsError {
    AwsError::new(
        "OperationNotPermitted",
        format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled"),
    )
}

/// Gives the load balancer an interface in each of its subnets.
fn attach(state: &mut State, properties: &LoadBalancerProperties, arn: &str) -> Result<(), String> {
    let is_public = properties.scheme.as_deref() != Some("internal");
    let (subnets, groups) = (properties.subnets(), &properties.security_groups);
    let addresses = ec2::Addresses::of(is_public, properties.ip_address_type.as_deref());
    ec2::attach_balancer(state, arn, &subnets, groups, addresses)
        .map_err(|err| refusal(&err.message, "ElasticLoadBalancingV2", err.status))
}

/// The first free port, starting at the local AWS's first port for load balancers.
async fn free_port(account: &Account) -> Result<u16, String> {
    let taken: Vec<String> = account.read(|state| {
        let balancers = state.inventory.of_type(LoadBalancer::NAME);
        balancers
            .map(|(_, balancer)| balancer.attribute("DNSName").to_owned())
            .collect()
    });
    for port in (account.alb_port..=u16::MAX).take(TRIED_PORTS) {
        let address = format!("127.0.0.1:{port}");
        let ours = !taken.contains(&address) && account.balancers.reserve(port);
        if ours && TcpListener::bind(&address).await.is_ok() {
            return Ok(port);
        }
    }
    Err(format!(
        "no port from {} on is free for a load balancer: choose another with --alb-port",
        account.alb_port
    ))
}

/// The address on which the load balancer with this ARN listens.
pub(super) fn address(state: &State, arn: &str) -> Option<SocketAddr> {
    let balancer = state.inventory.get(arn)?;
    balancer.attribute("DNSName").parse().ok()
}
