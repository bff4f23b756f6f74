//! The metrics in `AWS/ApplicationELB`.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html>,
//! which says for each metric when it is reported.

use std::collections::BTreeSet;

use super::counts::{Counts, ERRORS};
use super::listener::{Listener, ListenerProperties};
use super::listener_rule::{ListenerRule, ListenerRuleProperties};
use super::load_balancer::LoadBalancer;
use super::target_group::TargetGroup;
use super::targets::{Health, Targets};
use crate::account::{Account, Item, State};
use crate::resources::ResourceType as _;
use crate::services::cloudwatch::{Bucket, Reading};

const NAMESPACE: &str = "AWS/ApplicationELB";

/// Measures all load balancers with their target groups.
pub(crate) fn measure(account: &Account, now: i64, stretch: f64) {
    if account.balancers.is_empty() {
        return;
    }
    for balancer in account.read(balancers) {
        let own = [("LoadBalancer", balancer.name.as_str())];
        if let Some(counts) = account.balancers.known_counts(&balancer.arn) {
            let reading = Reading {
                namespace: NAMESPACE,
                dimensions: &[&own],
                now,
                stretch,
            };
            measure_balancer(account, &reading, &counts, balancer.has_targets(account));
        }
        for (arn, name) in &balancer.groups {
            if let Some(targets) = account.balancers.targets(arn) {
                let names = (balancer.name.as_str(), name.as_str());
                measure_group(account, (now, stretch), names, &targets);
            }
        }
    }
}

/// A load balancer, and the target groups that its listeners forward to.
struct Balancer {
    arn: String,
    name: String,
    /// ARN and full name.
    groups: Vec<(String, String)>,
}

impl Balancer {
    fn has_targets(&self, account: &Account) -> bool {
        let mut groups = self.groups.iter();
        groups.any(|(arn, _)| {
            let targets = account.balancers.targets(arn);
            targets.is_some_and(|targets| !targets.all().is_empty())
        })
    }
}

fn balancers(state: &State) -> Vec<Balancer> {
    let inventory = &state.inventory;
    let balancers = inventory.of_type(LoadBalancer::NAME);
    let balancers = balancers.map(|(arn, item)| {
        let groups = groups(state, arn).into_iter();
        let groups = groups.filter_map(|arn| {
            let group = inventory.get_of(TargetGroup::NAME, &arn)?;
            let name = group.attribute("TargetGroupFullName").to_owned();
            Some((arn, name))
        });
        Balancer {
            arn: arn.to_owned(),
            name: item.attribute("LoadBalancerFullName").to_owned(),
            groups: groups.collect(),
        }
    });
    balancers.collect()
}

/// The target groups that the listeners of a load balancer forward to.
fn groups(state: &State, balancer: &str) -> BTreeSet<String> {
    let read = |(arn, item): (&str, &Item)| {
        let properties: ListenerProperties = item.read();
        (arn.to_owned(), properties)
    };
    let listeners = state.inventory.of_type(Listener::NAME).map(read);
    let own: Vec<_> = listeners
        .filter(|(_, listener)| listener.load_balancer_arn == balancer)
        .collect();
    let defaults = own
        .iter()
        .flat_map(|(_, listener)| listener.target_groups());
    let mut groups: BTreeSet<String> = defaults.map(str::to_owned).collect();
    for (_, item) in state.inventory.of_type(ListenerRule::NAME) {
        let rule: ListenerRuleProperties = item.read();
        if own.iter().any(|(arn, _)| *arn == rule.listener_arn) {
            groups.extend(rule.target_groups().map(str::to_owned));
        }
    }
    groups
}

fn measure_balancer(account: &Account, reading: &Reading<'_>, counts: &Counts, has_targets: bool) {
    measure_requests(account, reading, counts, has_targets);
    let nonzero = |name: &str, count: f64| {
        if count > 0.0 {
            account.metrics.count(reading, name, "Count", count);
        }
    };
    for class in 3..6 {
        nonzero(
            &format!("HTTPCode_ELB_{class}XX_Count"),
            counts.own[class].take(),
        );
    }
    for (status, count) in ERRORS.iter().zip(&counts.own_errors) {
        nonzero(&format!("HTTPCode_ELB_{status}_Count"), count.take());
    }
    nonzero("HTTP_Redirect_Count", counts.redirects.take());
    nonzero("HTTP_Fixed_Response_Count", counts.fixed_responses.take());
    nonzero("ELBAuthSuccess", counts.logins.take());
    nonzero("ELBAuthFailure", counts.login_failures.take());
    nonzero("ELBAuthError", counts.login_errors.take());
    nonzero(
        "ELBAuthUserClaimsSizeExceeded",
        counts.logins_too_large.take(),
    );
    nonzero("NewConnectionCount", counts.connections.take());
    let open = counts.open_connections.now();
    if open > 0.0 {
        let values = Bucket::of(open, 1.0);
        account
            .metrics
            .measure(reading, "ActiveConnectionCount", "Count", &values);
    }
}

/// What a load balancer and a target group have in common. Returns the number of requests.
fn measure_requests(
    account: &Account,
    reading: &Reading<'_>,
    counts: &Counts,
    has_targets: bool,
) -> f64 {
    let metrics = &account.metrics;
    let requests = counts.requests.take();
    if has_targets || requests > 0.0 {
        metrics.count(reading, "RequestCount", "Count", requests);
    }
    let times = counts.response_time.take();
    metrics.measure(reading, "TargetResponseTime", "Seconds", &times);
    let nonzero = |name: &str, count: f64| {
        if count > 0.0 {
            metrics.count(reading, name, "Count", count);
        }
    };
    for class in 2..6 {
        let name = format!("HTTPCode_Target_{class}XX_Count");
        nonzero(&name, counts.of_targets[class].take());
    }
    nonzero("TargetConnectionErrorCount", counts.target_errors.take());
    requests
}

fn measure_group(
    account: &Account,
    (now, stretch): (i64, f64),
    (balancer, group): (&str, &str),
    targets: &Targets,
) {
    let registered = targets.all();
    let with = |health: Health| {
        let with = registered.iter().filter(|one| one.health() == health);
        float(with.count())
    };
    let both = [("LoadBalancer", balancer), ("TargetGroup", group)];
    let only = [("TargetGroup", group)];
    let reading = Reading {
        namespace: NAMESPACE,
        dimensions: &[&both],
        now,
        stretch,
    };
    let requests = measure_requests(account, &reading, &targets.counts, !registered.is_empty());
    if registered.is_empty() {
        return;
    }
    let (healthy, unhealthy) = (with(Health::Healthy), with(Health::Unhealthy));
    for (name, count) in [
        ("HealthyHostCount", healthy),
        ("UnHealthyHostCount", unhealthy),
    ] {
        let values = Bucket::of(count, 1.0);
        account.metrics.measure(&reading, name, "Count", &values);
    }
    let reading = Reading {
        dimensions: &[&only, &both],
        ..reading
    };
    let per_target = requests / healthy.max(1.0);
    account
        .metrics
        .count(&reading, "RequestCountPerTarget", "None", per_target);
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
