//! Elastic Load Balancing: a load balancer is a real listener on loopback that checks the health
//! of its targets and sends requests to the healthy ones only.

mod access_logs;
mod api;
mod associations;
mod attributes;
mod balancers;
mod check_listener;
mod check_target_group;
mod counts;
mod header_attributes;
mod listener;
mod listener_certificate;
mod listener_rule;
mod live;
mod load_balancer;
mod measure;
mod network;
mod ports;
mod proxy;
mod routing;
mod rules;
mod shift;
mod ssl_policies;
mod target_group;
mod targets;
mod tls;
mod view;

use serde_json::{Map, Value};

pub(crate) use self::access_logs::{deliver, deliver_forever};
pub(crate) use self::api::handle;
pub(crate) use self::balancers::Balancers;
pub(crate) use self::listener::Listener;
pub(crate) use self::listener_certificate::ListenerCertificate;
pub(crate) use self::listener_rule::ListenerRule;
pub(crate) use self::load_balancer::LoadBalancer;
pub(crate) use self::measure::measure;
use self::proxy::digest as mark;
pub(crate) use self::proxy::{LoginKeys, LoginKeysInUse, PUBLIC_KEYS, public_keys};
pub(crate) use self::rules::RULES;
pub(crate) use self::shift::{Forwarding, forwarding, set_weights};
pub(crate) use self::target_group::TargetGroup;
pub(crate) use self::targets::{Health, Target, Targets};
pub(crate) use self::view::view;
use crate::account::Account;
use crate::aws::AwsError;
use crate::resources::{Found, refused_by};

/// An error of ELB in CloudFormation's format.
#[expect(clippy::needless_pass_by_value, reason = "it is used in map_err")]
fn refused(err: AwsError) -> String {
    refused_by("ElasticLoadBalancingV2", &err.code, &err.message)
}

/// The expected properties of a resource with their current values, for drift detection.
fn read_properties(account: &Account, kind: &str, id: &str, expected: &Value) -> Found {
    let current = account.read(|state| {
        let mut items = state.inventory.of_type(kind);
        let item = items.find(|(known, _)| *known == id)?;
        Some(item.1.properties.clone())
    });
    let Some(current) = current else {
        return Found::Gone;
    };
    let names = expected.as_object().into_iter().flat_map(Map::keys);
    let values = names.filter_map(|name| Some((name.clone(), current.get(name)?.clone())));
    Found::Properties(Value::Object(values.collect()))
}
