//! `RegisterTargets` and `DeregisterTargets`.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::exists;
use crate::account::Account;
use crate::aws::{Answer, AwsError};
use crate::resources::ResourceType as _;
use crate::services::elb::target_group::TargetGroupProperties;
use crate::services::elb::{TargetGroup, Targets};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    target_group_arn: String,
    targets: Vec<Given>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Given {
    id: String,
    port: Option<String>,
    availability_zone: Option<String>,
}

pub(super) fn register(account: &Account, input: &Input) -> Answer {
    let (targets, addresses) = find(account, input)?;
    for address in &addresses {
        let known = targets.all();
        if !known.iter().any(|target| target.address == *address) {
            targets.register(*address);
        }
    }
    remember(account, &input.target_group_arn, |kept| {
        kept.retain(|one| !addresses.contains(one));
        kept.extend(&addresses);
    });
    Ok(json!({}))
}

pub(super) fn deregister(account: &Account, input: &Input) -> Answer {
    let (targets, addresses) = find(account, input)?;
    for target in targets.all() {
        if addresses.contains(&target.address) {
            let targets = Arc::clone(&targets);
            tokio::spawn(async move { targets.deregister(&target).await });
        }
    }
    remember(account, &input.target_group_arn, |kept| {
        kept.retain(|one| !addresses.contains(one));
    });
    Ok(json!({}))
}

fn find(account: &Account, input: &Input) -> Result<(Arc<Targets>, Vec<SocketAddr>), AwsError> {
    let arn = &input.target_group_arn;
    let item = exists(account, TargetGroup::NAME, "TargetGroup", arn)?;
    let usual = item.read::<TargetGroupProperties>().described.port;
    let addresses: Result<Vec<SocketAddr>, AwsError> = input
        .targets
        .iter()
        .map(|given| address(given, usual))
        .collect();
    let targets = account.balancers.targets(arn);
    Ok((
        targets.ok_or_else(|| super::find::missing("TargetGroup"))?,
        addresses?,
    ))
}

fn address(given: &Given, usual: Option<u64>) -> Result<SocketAddr, AwsError> {
    let invalid = |message: String| AwsError::new("InvalidTarget", message);
    if given
        .availability_zone
        .as_deref()
        .is_some_and(|zone| zone != "all")
    {
        return Err(invalid(
            "the local AWS does not do AvailabilityZone of a target yet".into(),
        ));
    }
    let ip: Ipv4Addr = given.id.parse().map_err(|_| {
        AwsError::validation(format!(
            "The IP address '{}' is not a valid IPv4 address",
            given.id
        ))
    })?;
    if !ip.is_loopback() {
        return Err(invalid(format!(
            "the local AWS does not do targets outside of 127.0.0.0/8 yet: '{ip}'"
        )));
    }
    let port = match &given.port {
        Some(port) => port.parse().ok(),
        None => usual.and_then(|port| u16::try_from(port).ok()),
    };
    let port =
        port.ok_or_else(|| invalid(format!("The port of the target '{ip}' is not valid")))?;
    Ok(SocketAddr::new(ip.into(), port))
}

/// Changes the targets that the group has after a restart, too.
fn remember(account: &Account, arn: &str, edit: impl FnOnce(&mut Vec<SocketAddr>)) {
    account.change(|state| {
        let Some(item) = state.inventory.get_mut(TargetGroup::NAME, arn) else {
            return;
        };
        let mut kept = item.read::<TargetGroupProperties>().registered();
        edit(&mut kept);
        let kept = kept
            .iter()
            .map(|address| json!({"Id": address.ip().to_string(), "Port": address.port()}));
        item.properties["Targets"] = Value::Array(kept.collect());
    });
}
