//! `AWS::ElasticLoadBalancingV2::Listener`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::balancers::Listening;
use super::load_balancer::address;
use super::proxy;
use crate::account::Account;
use crate::aws::hex_id;
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct Listener;

/// The properties; `DescribeListeners` returns them unchanged.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ListenerProperties {
    default_actions: Option<Value>,
    pub(super) load_balancer_arn: String,
    port: Option<u64>,
    protocol: Option<String>,
}

impl ListenerProperties {
    /// Its port as clients of AWS see it.
    pub(super) fn port(&self) -> u16 {
        self.port
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or(80)
    }

    /// The ARN of the target group that the default action names.
    pub(super) fn target_group(&self) -> Option<&str> {
        let action = self.default_actions.as_ref()?.get(0)?;
        let arn = action.get("TargetGroupArn")?.as_str();
        arn.filter(|arn| !arn.is_empty())
    }
}

impl ResourceType for Listener {
    const NAME: &'static str = "AWS::ElasticLoadBalancingV2::Listener";
    const SCHEMA: &'static str = include_str!("listener.json");
    type Properties = ListenerProperties;

    async fn create(request: &Request, properties: &ListenerProperties) -> Result<Made, String> {
        let account = &request.account;
        let balancer = &properties.load_balancer_arn;
        let others = account.read(|state| {
            let mut listeners = state.inventory.of_type(Self::NAME);
            listeners.any(|(_, other)| {
                let other: ListenerProperties = other.read();
                other.load_balancer_arn == *balancer
            })
        });
        if others {
            return Err("a load balancer of the local AWS has one listener".into());
        }
        let full_name = balancer
            .split_once("loadbalancer/")
            .map_or("", |(_, name)| name);
        let resource = format!("listener/{full_name}/{}", hex_id(16));
        let arn = account.arn("elasticloadbalancing", &resource);
        listen(account, &arn, properties).await?;
        Ok(Made::new(arn.clone(), json!({"ListenerArn": arn})))
    }

    async fn restore(
        account: &Arc<Account>,
        arn: &str,
        properties: &ListenerProperties,
    ) -> Result<(), String> {
        listen(account, arn, properties).await
    }

    async fn update(
        _: &Request,
        _: &ListenerProperties,
        properties: &ListenerProperties,
    ) -> Result<(), String> {
        check(properties).map(|_| ())
    }

    fn updated(request: &Request, properties: &ListenerProperties) {
        if let Some(target_group) = properties.target_group() {
            let balancers = &request.account.balancers;
            balancers.redirect(&request.physical_id, target_group);
        }
    }

    async fn delete(request: &Request, _: &ListenerProperties) -> Result<(), String> {
        let balancers = &request.account.balancers;
        balancers.remove_listener(&request.physical_id);
        Ok(())
    }
}

/// Opens the load balancer's port and forwards to the listener's target group.
async fn listen(
    account: &Arc<Account>,
    arn: &str,
    properties: &ListenerProperties,
) -> Result<(), String> {
    let target_group = check(properties)?.to_owned();
    let balancer = properties.load_balancer_arn.as_str();
    let address = account.read(|state| address(state, balancer));
    let address = address.ok_or_else(|| {
        let sentence = format!("Load balancer '{balancer}' not found");
        refusal(&sentence, "ElasticLoadBalancingV2", 400)
    })?;
    let listener = TcpListener::bind(address).await.map_err(|err| {
        format!("the load balancer cannot listen on {address} ({err}): stop what listens there")
    })?;
    account.balancers.add_listener(arn, || {
        let accepting = tokio::spawn(proxy::serve(listener, Arc::clone(account), arn.to_owned()));
        Listening {
            accepting: accepting.abort_handle(),
            target_group,
        }
    });
    Ok(())
}

/// Returns the target group.
///
/// # Errors
/// A setting that the local AWS does not support.
fn check(properties: &ListenerProperties) -> Result<&str, String> {
    let protocol = properties.protocol.as_deref();
    if protocol.is_some_and(|protocol| protocol != "HTTP") {
        return Err("a listener of the local AWS speaks HTTP only".into());
    }
    properties.target_group().ok_or_else(|| {
        "a listener of the local AWS forwards to one target group (DefaultActions)".to_owned()
    })
}
