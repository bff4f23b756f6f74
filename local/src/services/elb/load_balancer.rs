//! `AWS::ElasticLoadBalancingV2::LoadBalancer`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

use crate::account::{Account, State};
use crate::aws::hex_id;
use crate::resources::{Made, Request, ResourceType, refusal};
use crate::services::ec2;

/// How many ports to try for a load balancer.
const TRIED_PORTS: usize = 100;

/// The longest name; AWS truncates a generated name.
pub(super) const LONGEST_NAME: usize = 32;

pub(crate) struct LoadBalancer;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct LoadBalancerProperties {
    name: Option<String>,
    pub(super) scheme: Option<String>,
    security_groups: Vec<String>,
    pub(super) subnets: Vec<String>,
    r#type: Option<String>,
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
        let name = request.name(properties.name.as_deref());
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let port = free_port(&request.account).await?;
        let full_name = format!("app/{name}/{}", hex_id(16));
        let resource = format!("loadbalancer/{full_name}");
        let arn = request.account.arn("elasticloadbalancing", &resource);
        let attributes = json!({
            "LoadBalancerArn": arn,
            "LoadBalancerName": name,
            "LoadBalancerFullName": full_name,
            "DNSName": format!("127.0.0.1:{port}"),
            "CanonicalHostedZoneID": "Z215JYRZR1TBD5",
            "SecurityGroups": properties.security_groups,
        });
        Ok(Made::new(arn, attributes))
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
        let account = &request.account;
        if let Err(reason) = account.change(|state| attach(state, properties, arn)) {
            tracing::error!("the load balancer {arn} has lost an interface: {reason}");
        }
    }

    async fn delete(request: &Request, _: &LoadBalancerProperties) -> Result<(), String> {
        let account = &request.account;
        let address = account.read(|state| address(state, &request.physical_id));
        if let Some(address) = address {
            account.balancers.release(address.port());
        }
        account.change(|state| ec2::detach_balancer(state, &request.physical_id));
        Ok(())
    }
}

/// Gives the load balancer an interface in each of its subnets.
fn attach(state: &mut State, properties: &LoadBalancerProperties, arn: &str) -> Result<(), String> {
    let is_public = properties.scheme.as_deref() != Some("internal");
    let (subnets, groups) = (&properties.subnets, &properties.security_groups);
    ec2::attach_balancer(state, arn, subnets, groups, is_public)
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
