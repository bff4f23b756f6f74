//! `AWS::ElasticLoadBalancingV2::Listener`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::attributes::Attribute;
use super::check_listener::check_listener;
use super::live::{close, refresh};
use super::refused;
use super::routing::Action;
use crate::account::Account;
use crate::aws::hex_id;
use crate::resources::{Found, Made, Request, ResourceType};

/// The security policy of an HTTPS listener without one (`API_CreateListener`).
pub(super) const DEFAULT_POLICY: &str = "ELBSecurityPolicy-2016-08";

pub(crate) struct Listener;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ListenerProperties {
    pub(super) alpn_policy: Option<Vec<String>>,
    pub(super) certificates: Option<Vec<Certificate>>,
    pub(super) default_actions: Vec<Action>,
    pub(super) listener_attributes: Vec<Attribute>,
    pub(super) load_balancer_arn: String,
    pub(super) mutual_authentication: Option<Value>,
    pub(super) port: Option<u64>,
    pub(super) protocol: Option<String>,
    pub(super) ssl_policy: Option<String>,
}

/// A certificate of a listener.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Certificate {
    pub(super) certificate_arn: Option<String>,
}

impl ListenerProperties {
    /// The target groups that the default actions name.
    pub(super) fn target_groups(&self) -> impl Iterator<Item = &str> {
        self.default_actions.iter().flat_map(Action::target_groups)
    }

    pub(super) fn is_tls(&self) -> bool {
        self.protocol.as_deref() == Some("HTTPS")
    }

    /// The protocol; a missing one is refused when the listener is created.
    pub(super) fn protocol(&self) -> &str {
        self.protocol.as_deref().unwrap_or("HTTP")
    }

    pub(super) fn port(&self) -> u64 {
        self.port.unwrap_or(80)
    }

    pub(super) fn ssl_policy(&self) -> &str {
        self.ssl_policy.as_deref().unwrap_or(DEFAULT_POLICY)
    }

    /// The ARNs of its certificates, the default one first.
    pub(super) fn certificates(&self) -> impl Iterator<Item = String> {
        let certificates = self.certificates.iter().flatten();
        certificates.filter_map(|one| one.certificate_arn.clone())
    }
}

impl ResourceType for Listener {
    const NAME: &'static str = "AWS::ElasticLoadBalancingV2::Listener";
    const SCHEMA: &'static str = include_str!("listener.json");
    type Properties = ListenerProperties;

    async fn create(request: &Request, properties: &ListenerProperties) -> Result<Made, String> {
        let account = &request.account;
        account
            .read(|state| check_listener(state, properties, None))
            .map_err(refused)?;
        let balancer = &properties.load_balancer_arn;
        let full_name = balancer
            .split_once("loadbalancer/")
            .map_or("", |(_, name)| name);
        let resource = format!("listener/{full_name}/{}", hex_id(16));
        let arn = account.arn("elasticloadbalancing", &resource);
        Ok(Made::new(arn.clone(), json!({"ListenerArn": arn})))
    }

    async fn start(request: &Request, _: &ListenerProperties, arn: &str) -> Result<(), String> {
        refresh(&request.account, arn, None)
    }

    async fn restore(
        account: &Arc<Account>,
        arn: &str,
        _: &ListenerProperties,
    ) -> Result<(), String> {
        refresh(account, arn, None)
    }

    async fn update(
        request: &Request,
        _: &ListenerProperties,
        properties: &ListenerProperties,
    ) -> Result<(), String> {
        let arn = &request.physical_id;
        request
            .account
            .read(|state| check_listener(state, properties, Some(arn)))
            .map_err(refused)
    }

    fn updated(request: &Request, _: &ListenerProperties) {
        if let Err(reason) = refresh(&request.account, &request.physical_id, None) {
            tracing::warn!("{reason}");
        }
    }

    /// Its rules go with it, as on AWS.
    async fn delete(request: &Request, _: &ListenerProperties) -> Result<(), String> {
        close(&request.account, &request.physical_id);
        Ok(())
    }

    async fn read(account: &Account, id: &str, expected: &Value) -> Found {
        super::read_properties(account, Self::NAME, id, expected)
    }
}
