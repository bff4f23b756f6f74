//! The actions of ECS that look at what runs.

use serde_json::{Value, json};

use super::ledger::{DeploymentRecord, Ledger, RolloutState, StopCode, TaskRecord};
use super::{SERVICE, cluster_name};
use crate::account::Account;
use crate::elb::Health;
use crate::inventory::Item;
use crate::json;
use crate::page::vpc_of;
use crate::protocol::{Answer, AwsError};

/// Answers an action of the API.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DescribeClusters" => Ok(describe_clusters(account, input)),
        "DescribeServices" => Ok(describe_services(account, input)),
        "DescribeTaskDefinition" => describe_task_definition(account, input),
        "DescribeTasks" => Ok(describe_tasks(account, input)),
        "ListClusters" => Ok(
            json!({"clusterArns": clusters(account).into_iter().map(|(_, arn)| arn).collect::<Vec<_>>()}),
        ),
        "ListServices" => list_services(account, input),
        "ListTasks" => list_tasks(account, input),
        _ => Err(AwsError::unknown_action("ECS", action)),
    }
}

/// Names and ARNs of the clusters that stand.
fn clusters(account: &Account) -> Vec<(String, String)> {
    account.read(|state| {
        let clusters = state.inventory.of_type("AWS::ECS::Cluster");
        clusters
            .map(|(name, item)| (name.to_owned(), item.attribute("Arn").to_owned()))
            .collect()
    })
}

/// The services of a cluster: ARN and what was asked for.
fn services(account: &Account, cluster: &str) -> Vec<(String, Item)> {
    account.read(|state| {
        let services = state.inventory.of_type(SERVICE);
        services
            .filter(|(_, item)| cluster_name(json::member(&item.properties, "Cluster")) == cluster)
            .map(|(arn, item)| (arn.to_owned(), item.clone()))
            .collect()
    })
}

fn describe_clusters(account: &Account, input: &Value) -> Value {
    let wanted = json::strings(input, "clusters");
    let wanted: Vec<&str> = wanted
        .iter()
        .map(|cluster| cluster_name(Some(cluster)))
        .collect();
    let ledger = account.tasks.ledger();
    let all = clusters(account);
    let shown: Vec<Value> = all
        .iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()))
        .map(|(name, arn)| {
            let services = services(account, name);
            let runs = |task: &&TaskRecord| {
                task.stopped.is_none() && services.iter().any(|(arn, _)| *arn == task.service)
            };
            json!({
                "clusterArn": arn,
                "clusterName": name,
                "status": "ACTIVE",
                "activeServicesCount": services.len(),
                "runningTasksCount": ledger.tasks.iter().filter(runs).count(),
                "pendingTasksCount": 0,
            })
        })
        .collect();
    let missing = wanted
        .iter()
        .filter(|name| !all.iter().any(|(known, _)| known == *name));
    let failures: Vec<Value> = missing
        .map(|name| failure(&account.arn("ecs", &format!("cluster/{name}"))))
        .collect();
    json!({"clusters": shown, "failures": failures})
}

fn failure(arn: &str) -> Value {
    json!({"arn": arn, "reason": "MISSING"})
}

/// The cluster that the input names, if it stands.
fn standing_cluster<'a>(account: &Account, input: &'a Value) -> Result<&'a str, AwsError> {
    let name = cluster_name(json::member(input, "cluster"));
    if clusters(account).iter().any(|(known, _)| known == name) {
        Ok(name)
    } else {
        Err(AwsError::new(
            "ClusterNotFoundException",
            "Cluster not found.",
        ))
    }
}

fn list_services(account: &Account, input: &Value) -> Answer {
    let cluster = standing_cluster(account, input)?;
    let arns: Vec<String> = services(account, cluster)
        .into_iter()
        .map(|(arn, _)| arn)
        .collect();
    Ok(json!({"serviceArns": arns}))
}

fn describe_services(account: &Account, input: &Value) -> Value {
    let cluster = cluster_name(json::member(input, "cluster"));
    let standing = services(account, cluster);
    let ledger = account.tasks.ledger();
    let (mut shown, mut failures) = (Vec::new(), Vec::new());
    for wanted in json::strings(input, "services") {
        match standing
            .iter()
            .find(|(arn, item)| *arn == wanted || item.attribute("Name") == wanted)
        {
            Some((arn, item)) => shown.push(service(account, &ledger, cluster, arn, item)),
            None => failures.push(failure(&wanted)),
        }
    }
    json!({"services": shown, "failures": failures})
}

fn service(account: &Account, ledger: &Ledger, cluster: &str, arn: &str, item: &Item) -> Value {
    let record = ledger.services.get(arn);
    let running = |definition: Option<&str>| {
        let tasks = ledger
            .tasks
            .iter()
            .filter(|task| task.service == arn && task.stopped.is_none());
        tasks
            .filter(|task| definition.is_none_or(|definition| task.definition == definition))
            .count()
    };
    let desired = record.map_or(0, |record| record.desired);
    let deployments: Vec<Value> = record
        .into_iter()
        .flat_map(|record| &record.deployments)
        .enumerate()
        .map(|(index, deployment)| {
            let status = if index == 0 { "PRIMARY" } else { "ACTIVE" };
            self::deployment(
                deployment,
                status,
                if index == 0 { desired } else { 0 },
                running(Some(&deployment.definition)),
            )
        })
        .collect();
    let events: Vec<Value> = record
        .into_iter()
        .flat_map(|record| &record.events)
        .map(|event| json!({"id": event.id, "createdAt": event.time, "message": event.message}))
        .collect();
    let balancers = item
        .properties
        .get("LoadBalancers")
        .and_then(Value::as_array);
    let balancers: Vec<Value> = balancers
        .into_iter()
        .flatten()
        .map(|balancer| {
            json!({
                "targetGroupArn": balancer.get("TargetGroupArn"),
                "containerName": balancer.get("ContainerName"),
                "containerPort": balancer.get("ContainerPort"),
            })
        })
        .collect();
    json!({
        "serviceArn": arn,
        "serviceName": item.attribute("Name"),
        "clusterArn": account.arn("ecs", &format!("cluster/{cluster}")),
        "status": "ACTIVE",
        "desiredCount": desired,
        "runningCount": running(None),
        "pendingCount": 0,
        "launchType": "FARGATE",
        "taskDefinition": item.properties.get("TaskDefinition"),
        "loadBalancers": balancers,
        "deployments": deployments,
        "events": events,
        "healthCheckGracePeriodSeconds": item.properties.get("HealthCheckGracePeriodSeconds"),
        "schedulingStrategy": "REPLICA",
    })
}

fn deployment(record: &DeploymentRecord, status: &str, desired: u64, running: usize) -> Value {
    let (state, reason) = match record.state {
        RolloutState::InProgress => (
            "IN_PROGRESS",
            format!("ECS deployment {} in progress.", record.id),
        ),
        RolloutState::Completed => (
            "COMPLETED",
            format!("ECS deployment {} completed.", record.id),
        ),
        RolloutState::Failed => (
            "FAILED",
            "ECS deployment circuit breaker: tasks failed to start.".to_owned(),
        ),
    };
    json!({
        "id": record.id,
        "status": status,
        "taskDefinition": record.definition,
        "desiredCount": desired,
        "runningCount": running,
        "pendingCount": 0,
        "failedTasks": record.failed,
        "createdAt": record.created,
        "updatedAt": record.updated,
        "launchType": "FARGATE",
        "rolloutState": state,
        "rolloutStateReason": reason,
    })
}

fn list_tasks(account: &Account, input: &Value) -> Answer {
    let cluster = standing_cluster(account, input)?;
    let wanted =
        json::member(input, "serviceName").map(|name| name.rsplit('/').next().unwrap_or(name));
    let stopped = json::member(input, "desiredStatus") == Some("STOPPED");
    let ledger = account.tasks.ledger();
    let arns: Vec<String> = ledger
        .tasks
        .iter()
        .filter(|task| of_cluster(task, cluster) && task.stopped.is_some() == stopped)
        .filter(|task| wanted.is_none_or(|wanted| service_name(task) == wanted))
        .map(|task| task_arn(account, cluster, task))
        .collect();
    Ok(json!({"taskArns": arns}))
}

/// Service ARNs end with `service/CLUSTER/NAME`.
fn of_cluster(task: &TaskRecord, cluster: &str) -> bool {
    task.service.rsplit('/').nth(1) == Some(cluster)
}

fn service_name(task: &TaskRecord) -> &str {
    task.service.rsplit('/').next().unwrap_or_default()
}

fn task_arn(account: &Account, cluster: &str, task: &TaskRecord) -> String {
    account.arn("ecs", &format!("task/{cluster}/{}", task.id))
}

fn describe_tasks(account: &Account, input: &Value) -> Value {
    let cluster = cluster_name(json::member(input, "cluster"));
    let ledger = account.tasks.ledger();
    let (mut shown, mut failures) = (Vec::new(), Vec::new());
    for wanted in json::strings(input, "tasks") {
        let id = wanted.rsplit('/').next().unwrap_or(&wanted);
        match ledger
            .tasks
            .iter()
            .find(|task| task.id == id && of_cluster(task, cluster))
        {
            Some(found) => shown.push(task(account, cluster, found)),
            None => failures.push(failure(&wanted)),
        }
    }
    json!({"tasks": shown, "failures": failures})
}

fn task(account: &Account, cluster: &str, task: &TaskRecord) -> Value {
    let exit_code = task.stopped.as_ref().and_then(|stopped| stopped.exit_code);
    let status = match &task.stopped {
        None => "RUNNING",
        Some(stopped) if stopped.exit_code.is_none() => "DEACTIVATING",
        Some(_) => "STOPPED",
    };
    let health = task
        .target
        .as_ref()
        .map_or("UNKNOWN", |target| match target.health() {
            Health::Healthy => "HEALTHY",
            Health::Unhealthy => "UNHEALTHY",
            Health::Initial | Health::Draining => "UNKNOWN",
        });
    let arn = task_arn(account, cluster, task);
    json!({
        "taskArn": arn,
        "clusterArn": account.arn("ecs", &format!("cluster/{cluster}")),
        "taskDefinitionArn": task.definition,
        "group": format!("service:{}", service_name(task)),
        "launchType": "FARGATE",
        "lastStatus": status,
        "desiredStatus": if task.stopped.is_some() { "STOPPED" } else { "RUNNING" },
        "healthStatus": health,
        "createdAt": task.started,
        "startedAt": task.started,
        "stoppingAt": task.stopped.as_ref().map(|stopped| stopped.time),
        "stoppedAt": task.stopped.as_ref().filter(|stopped| stopped.exit_code.is_some()).map(|stopped| stopped.time),
        "stoppedReason": task.stopped.as_ref().map(|stopped| stopped.reason.as_str()),
        "stopCode": task.stopped.as_ref().map(|stopped| match stopped.code {
            StopCode::TaskFailedToStart => "TaskFailedToStart",
            StopCode::EssentialContainerExited => "EssentialContainerExited",
            StopCode::ServiceScheduler => "ServiceSchedulerInitiated",
        }),
        "containers": [{
            "name": task.container.get("Name"),
            "image": task.container.get("Image"),
            "taskArn": arn,
            "lastStatus": if exit_code.is_some() { "STOPPED" } else { "RUNNING" },
            "exitCode": exit_code,
            "healthStatus": "UNKNOWN",
        }],
    })
}

/// The services for the local AWS's page.
pub(crate) fn shown_services(account: &Account) -> Vec<Value> {
    let all: Vec<(String, Item, Option<String>)> = account.read(|state| {
        let vpc = |item: &Item| {
            let network = item
                .properties
                .get("NetworkConfiguration")?
                .get("AwsvpcConfiguration")?;
            vpc_of(state, network.get("Subnets"))
        };
        state
            .inventory
            .of_type(SERVICE)
            .map(|(arn, item)| (arn.to_owned(), item.clone(), vpc(item)))
            .collect()
    });
    let ledger = account.tasks.ledger();
    all.iter()
        .map(|(arn, item, vpc)| {
            let cluster = cluster_name(json::member(&item.properties, "Cluster"));
            let full = service(account, &ledger, cluster, arn, item);
            let deployments = full["deployments"].as_array().into_iter().flatten();
            let deployments: Vec<Value> =
                deployments.map(|one| json!({"state": one["rolloutState"], "failed": one["failedTasks"]})).collect();
            json!({"name": full["serviceName"], "vpc": vpc, "desired": full["desiredCount"], "running": full["runningCount"], "deployments": deployments})
        })
        .collect()
}

/// How many of the last tasks, and lines of each, the local AWS's page shows.
const SHOWN_TASKS: usize = 6;
const SHOWN_LINES: usize = 12;

/// The tasks for the local AWS's page, the newest first.
pub(crate) fn shown_tasks(account: &Account) -> Vec<Value> {
    let ledger = account.tasks.ledger();
    ledger
        .tasks
        .iter()
        .rev()
        .take(SHOWN_TASKS)
        .map(|one| {
            let full = task(account, "", one);
            let definition = account.read(|state| state.inventory.get(&one.definition).map(|item| item.properties.clone()));
            let container = definition.as_ref().and_then(|definition| definition.get("ContainerDefinitions")?.get(0));
            let lines = container.map(|container| {
                let (group, stream) = super::process::log_stream(container, &one.id);
                account.logs.last(&group, &stream, SHOWN_LINES)
            });
            json!({"id": one.id, "status": full["lastStatus"], "health": full["healthStatus"], "reason": full["stoppedReason"], "lines": lines.unwrap_or_default()})
        })
        .collect()
}

fn describe_task_definition(account: &Account, input: &Value) -> Answer {
    let wanted = json::member(input, "taskDefinition").unwrap_or_default();
    let found = account.read(|state| {
        let all = state.inventory.of_type("AWS::ECS::TaskDefinition");
        let named = |arn: &str| arn == wanted || arn.rsplit('/').next() == Some(wanted);
        all.filter(|(arn, _)| named(arn))
            .map(|(arn, item)| (arn.to_owned(), item.properties.clone()))
            .next()
    });
    let (arn, properties) = found
        .ok_or_else(|| AwsError::new("ClientException", "Unable to describe task definition."))?;
    let (family, revision) = arn
        .rsplit('/')
        .next()
        .and_then(|name| name.split_once(':'))
        .unwrap_or_default();
    let mut definition = lower_names(&properties);
    definition["taskDefinitionArn"] = arn.as_str().into();
    definition["family"] = family.into();
    definition["revision"] = revision.parse::<u32>().unwrap_or_default().into();
    definition["status"] = "ACTIVE".into();
    if let Some(members) = definition.as_object_mut() {
        members.remove("tags");
    }
    Ok(json!({"taskDefinition": definition}))
}

/// CloudFormation writes `ContainerDefinitions` where ECS writes `containerDefinitions`. The names
/// in maps (log options) are the author's own.
fn lower_names(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| {
                let mut lower = name.clone();
                if let Some(first) = lower.get_mut(..1) {
                    first.make_ascii_lowercase();
                }
                let member = if name == "Options" {
                    member.clone()
                } else {
                    lower_names(member)
                };
                (lower, member)
            })
            .collect(),
        Value::Array(items) => items.iter().map(lower_names).collect(),
        scalar => scalar.clone(),
    }
}
