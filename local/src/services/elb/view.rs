//! The load balancers with their targets, as the page shows them.

use super::api::TargetHealth;
use super::listener::{Listener, ListenerProperties};
use super::load_balancer::{LoadBalancer, LoadBalancerProperties};
use crate::account::Account;
use crate::resources::ResourceType as _;

/// A load balancer with its targets.
pub(crate) struct BalancerView {
    /// `ADDRESS:PORT`
    pub(crate) dns_name: String,
    pub(crate) subnets: Vec<String>,
    /// Each listener with its address on this machine.
    pub(crate) listeners: Vec<String>,
    pub(crate) targets: Vec<TargetView>,
}

/// A target with the result of its last health check.
pub(crate) struct TargetView {
    pub(crate) address: String,
    pub(crate) state: &'static str,
    pub(crate) reason: Option<String>,
}

/// All load balancers.
pub(crate) fn view(account: &Account) -> Vec<BalancerView> {
    let (balancers, listeners) = account.read(|state| {
        let balancers = state.inventory.of_type(LoadBalancer::NAME);
        let balancers = balancers.map(|(arn, item)| {
            let properties: LoadBalancerProperties = item.read();
            (
                arn.to_owned(),
                item.attribute("DNSName").to_owned(),
                properties.subnets(),
            )
        });
        let listeners = state.inventory.of_type(Listener::NAME);
        let listeners = listeners.map(|(arn, item)| (arn.to_owned(), item.read()));
        (
            balancers.collect::<Vec<_>>(),
            listeners.collect::<Vec<(String, ListenerProperties)>>(),
        )
    });
    let views = balancers.into_iter().map(|(arn, dns_name, subnets)| {
        let own: Vec<_> = listeners
            .iter()
            .filter(|(_, listener)| listener.load_balancer_arn == arn)
            .collect();
        let mut groups: Vec<&str> = Vec::new();
        for group in own
            .iter()
            .flat_map(|(_, listener)| listener.target_groups())
        {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        let listeners = own.iter().filter_map(|(arn, listener)| {
            let local = account.balancers.port_of(arn)?;
            let (protocol, port) = (listener.protocol(), listener.port());
            let scheme = protocol.to_ascii_lowercase();
            Some(format!("{protocol}:{port} at {scheme}://127.0.0.1:{local}"))
        });
        BalancerView {
            dns_name,
            subnets,
            listeners: listeners.collect(),
            targets: groups
                .into_iter()
                .flat_map(|group| targets(account, group))
                .collect(),
        }
    });
    views.collect()
}

fn targets(account: &Account, group: &str) -> Vec<TargetView> {
    let targets = account.balancers.targets(group);
    let targets = targets.iter().flat_map(|targets| targets.all());
    let views = targets.map(|target| {
        let health = TargetHealth::of(&target);
        TargetView {
            address: target.address.to_string(),
            state: health.state,
            reason: health.description,
        }
    });
    views.collect()
}
