//! The state that the page shows.

use serde_json::{Value, json};

use crate::account::{Account, State};
use crate::aws::ACCOUNT;
use crate::explain;
use crate::services::{autoscaling, ec2, ecs, elb};

/// How many events of a stack are shown.
const EVENTS: usize = 40;

/// How many of the last tasks, and lines of each, are shown.
const TASKS: usize = 6;
const LINES: usize = 12;

/// Everything that the page shows, in the form that its script reads.
pub(super) fn snapshot(account: &Account) -> Value {
    let mut shown = account.read(|state| {
        json!({
            "account": ACCOUNT,
            "region": account.region,
            "stacks": stacks(state),
            "parameters": parameters(state),
            "vpcs": vpcs(state),
        })
    });
    shown["services"] = services(account).into();
    shown["tasks"] = tasks(account).into();
    shown["balancers"] = balancers(account).into();
    shown["paths"] = paths(account).into();
    shown["tables"] = account
        .backend
        .tables()
        .into_iter()
        .map(|(name, items)| json!({"name": name, "items": items}))
        .collect();
    shown
}

fn stacks(state: &State) -> Vec<Value> {
    let living = state.stacks.iter().filter(|stack| !stack.is_deleted());
    living
        .map(|stack| {
            let resources = stack.current.resources.iter();
            let resources: Vec<Value> = resources.map(|(name, record)| json!({"name": name, "status": record.status})).collect();
            let events: Vec<Value> = stack
                .events
                .iter()
                .rev()
                .filter(|event| event.finding.is_none())
                .take(EVENTS)
                .map(|event| json!({"time": event.timestamp, "resource": event.logical_id, "status": event.status, "reason": event.reason}))
                .collect();
            json!({"name": stack.name, "status": stack.status, "reason": stack.status_reason, "resources": resources, "events": events})
        })
        .collect()
}

fn parameters(state: &State) -> Vec<Value> {
    let living: Vec<_> = state
        .stacks
        .iter()
        .filter(|stack| !stack.is_deleted())
        .collect();
    let all = state.parameters.shown();
    all.map(|(name, value)| {
        let writer = living.iter().find(|stack| {
            let mut resources = stack.current.resources.values();
            resources.any(|record| record.resource_type == "AWS::SSM::Parameter" && record.physical_id == name)
        });
        let reads = |stack: &&&crate::cloudformation::Stack| {
            let given = &stack.current.parameters;
            let mut resolved = given.values().filter(|parameter| parameter.resolved.is_some());
            // The app reads the name of its table while it runs.
            let at_run_time = given
                .get("ParameterPrefix")
                .filter(|_| given.contains_key("TableStack"))
                .is_some_and(|prefix| name == format!("{}/table", prefix.value));
            at_run_time || resolved.any(|parameter| parameter.value == name)
        };
        let readers: Vec<&str> = living.iter().filter(reads).map(|stack| stack.name.as_str()).collect();
        json!({"name": name, "value": value, "writer": writer.map(|stack| stack.name.as_str()), "readers": readers})
    })
    .collect()
}

fn vpcs(state: &State) -> Vec<Value> {
    let vpcs = ec2::vpcs(state).into_iter();
    vpcs.map(|(id, block)| json!({"id": id, "block": block}))
        .collect()
}

fn services(account: &Account) -> Vec<Value> {
    let services = ecs::service_views(account).into_iter();
    services
        .map(|service| {
            let deployments: Vec<Value> = service
                .deployments
                .iter()
                .map(|deployment| json!({"state": deployment.state, "failed": deployment.failed}))
                .collect();
            json!({
                "name": service.name,
                "vpc": vpc_of(account, &service.subnets),
                "desired": service.desired,
                "running": service.running,
                "deployments": deployments,
                "scaling": scaling(account, &service.id),
            })
        })
        .collect()
}

/// The bounds of a service, what its policies track, and what was scaled last.
fn scaling(account: &Account, service: &str) -> Option<Value> {
    let scaling = autoscaling::view(account, service)?;
    let tracked = scaling.tracked.iter();
    let tracked: Vec<Value> = tracked
        .map(|one| {
            let value = one.value.map(|value| (value * 10.0).round() / 10.0);
            json!({"metric": one.metric, "target": one.target, "value": value})
        })
        .collect();
    let last = scaling
        .last
        .map(|(what, why)| json!({"what": what, "why": why}));
    Some(json!({
        "least": scaling.least,
        "most": scaling.most,
        "tracked": tracked,
        "last": last,
    }))
}

fn tasks(account: &Account) -> Vec<Value> {
    let tasks = ecs::task_views(account, TASKS, LINES).into_iter();
    tasks
        .map(|task| {
            json!({
                "id": task.id,
                "status": task.status,
                "health": task.health,
                "reason": task.reason,
                "hint": task.hint,
                "lines": task.lines,
            })
        })
        .collect()
}

fn balancers(account: &Account) -> Vec<Value> {
    let balancers = elb::view(account).into_iter();
    balancers
        .map(|balancer| {
            let targets: Vec<Value> = balancer
                .targets
                .iter()
                .map(|target| {
                    json!({
                        "address": target.address,
                        "state": target.state,
                        "reason": target.reason,
                    })
                })
                .collect();
            json!({
                "url": format!("http://{}", balancer.dns_name),
                "vpc": vpc_of(account, &balancer.subnets),
                "listeners": balancer.listeners,
                "targets": targets,
            })
        })
        .collect()
}

/// The connections of the architecture, and what stops them.
fn paths(account: &Account) -> Vec<Value> {
    let paths = explain::overview(account).into_iter();
    paths
        .map(|path| {
            let blocked = path.blocked.as_ref();
            json!({
                "title": path.title,
                "passed": path.passed,
                "why": blocked.map(|blocked| &blocked.why),
                "remedy": blocked.map(|blocked| &blocked.remedy),
            })
        })
        .collect()
}

/// The VPC of a resource, found through the first of its subnets.
fn vpc_of(account: &Account, subnets: &[String]) -> Option<String> {
    let subnet = subnets.first()?;
    account.read(|state| ec2::vpc_of(state, subnet))
}
