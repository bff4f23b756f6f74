//! `AWS::ElasticLoadBalancingV2::TargetGroup`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::associations::load_balancers_of;
use super::attributes::Attribute;
use super::check_target_group::{check_target_group, check_targets};
use super::load_balancer::LONGEST_NAME;
use super::network::Gate;
use super::refused;
use super::targets::{Settings, Targets};
use crate::account::{Account, State};
use crate::aws::{AwsError, hex_id};
use crate::containers::TaskConnector;
use crate::resources::{Found, Made, Request, ResourceType};

pub(crate) struct TargetGroup;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct TargetGroupProperties {
    name: Option<String>,
    pub(super) target_group_attributes: Vec<Attribute>,
    targets: Vec<TargetDescription>,
    #[serde(flatten)]
    pub(super) described: Described,
}

impl TargetGroupProperties {
    /// The addresses of the targets that are registered by hand.
    pub(super) fn registered(&self) -> Vec<SocketAddr> {
        let usual = self
            .described
            .port
            .and_then(|port| u16::try_from(port).ok());
        let targets = self.targets.iter().filter_map(|target| {
            let address: IpAddr = target.id.parse().ok()?;
            Some(SocketAddr::from((address, target.port.or(usual)?)))
        });
        targets.collect()
    }
}

/// A target that is registered by hand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct TargetDescription {
    pub(super) id: String,
    pub(super) port: Option<u16>,
}

/// The properties that `DescribeTargetGroups` returns.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Described {
    pub(super) health_check_enabled: Option<bool>,
    pub(super) health_check_port: Option<String>,
    pub(super) health_check_protocol: Option<String>,
    pub(super) health_check_interval_seconds: Option<u64>,
    pub(super) health_check_path: Option<String>,
    pub(super) health_check_timeout_seconds: Option<u64>,
    pub(super) healthy_threshold_count: Option<u64>,
    pub(super) matcher: Option<Matcher>,
    pub(super) ip_address_type: Option<String>,
    pub(super) port: Option<u64>,
    pub(super) protocol: Option<String>,
    pub(super) protocol_version: Option<String>,
    pub(super) target_type: Option<String>,
    pub(super) unhealthy_threshold_count: Option<u64>,
    pub(super) vpc_id: Option<String>,
}

impl Described {
    /// The properties with ELB's defaults (`API_CreateTargetGroup`).
    pub(super) fn with_defaults(self) -> Self {
        let text = |given: Option<String>, default: &str| given.or_else(|| Some(default.into()));
        Self {
            health_check_enabled: self.health_check_enabled.or(Some(true)),
            health_check_port: text(self.health_check_port, "traffic-port"),
            health_check_protocol: text(self.health_check_protocol, "HTTP"),
            health_check_interval_seconds: self.health_check_interval_seconds.or(Some(30)),
            health_check_path: text(self.health_check_path, "/"),
            health_check_timeout_seconds: self.health_check_timeout_seconds.or(Some(5)),
            healthy_threshold_count: self.healthy_threshold_count.or(Some(5)),
            matcher: self.matcher.or_else(|| {
                Some(Matcher {
                    http_code: Some("200".into()),
                })
            }),
            ip_address_type: text(self.ip_address_type, "ipv4"),
            protocol_version: text(self.protocol_version, "HTTP1"),
            target_type: text(self.target_type, "instance"),
            unhealthy_threshold_count: self.unhealthy_threshold_count.or(Some(2)),
            ..self
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Matcher {
    pub(super) http_code: Option<String>,
}

impl ResourceType for TargetGroup {
    const NAME: &'static str = "AWS::ElasticLoadBalancingV2::TargetGroup";
    const SCHEMA: &'static str = include_str!("target_group.json");
    type Properties = TargetGroupProperties;

    async fn create(request: &Request, properties: &TargetGroupProperties) -> Result<Made, String> {
        request
            .account
            .read(|state| check_target_group(state, properties))
            .and_then(|()| check_targets(properties))
            .map_err(refused)?;
        let name = request.name(properties.name.as_deref());
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let full_name = format!("targetgroup/{name}/{}", hex_id(16));
        let arn = request.account.arn("elasticloadbalancing", &full_name);
        let attributes = json!({
            "TargetGroupArn": arn,
            "TargetGroupName": name,
            "TargetGroupFullName": full_name,
            "LoadBalancerArns": [],
        });
        Ok(Made::new(arn, attributes))
    }

    fn current(state: &State, arn: &str, attribute: &str) -> Option<Value> {
        (attribute == "LoadBalancerArns").then(|| load_balancers_of(state, arn).into())
    }

    async fn start(
        request: &Request,
        properties: &TargetGroupProperties,
        arn: &str,
    ) -> Result<(), String> {
        Self::restore(&request.account, arn, properties).await
    }

    async fn restore(
        account: &Arc<Account>,
        arn: &str,
        properties: &TargetGroupProperties,
    ) -> Result<(), String> {
        let vpc = properties.described.vpc_id.as_deref().unwrap_or("");
        let connector = TaskConnector::new(&account.networks, vpc);
        let gate = Gate::new(account, arn);
        let targets = Targets::new(Settings::of(properties), account.pace, gate, connector);
        for address in properties.registered() {
            targets.register(address);
        }
        account.balancers.add_group(arn, targets);
        Ok(())
    }

    async fn update(
        request: &Request,
        _: &TargetGroupProperties,
        properties: &TargetGroupProperties,
    ) -> Result<(), String> {
        request
            .account
            .read(|state| check_target_group(state, properties))
            .map_err(refused)
    }

    fn updated(request: &Request, properties: &TargetGroupProperties) {
        if let Some(targets) = request.account.balancers.targets(&request.physical_id) {
            targets.configure(Settings::of(properties));
        }
    }

    async fn delete(request: &Request, _: &TargetGroupProperties) -> Result<(), String> {
        let arn = &request.physical_id;
        let is_used = request
            .account
            .read(|state| !load_balancers_of(state, arn).is_empty());
        if is_used {
            return Err(refused(in_use(arn)));
        }
        request.account.balancers.remove_group(arn);
        Ok(())
    }

    async fn read(account: &Account, id: &str, expected: &Value) -> Found {
        super::read_properties(account, Self::NAME, id, expected)
    }
}

/// As every deployment tool reports it.
pub(super) fn in_use(arn: &str) -> AwsError {
    AwsError::new(
        "ResourceInUse",
        format!("Target group '{arn}' is currently in use by a listener or a rule"),
    )
}
