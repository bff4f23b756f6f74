//! The deployments and revisions of services: `ListServiceDeployments`, `DescribeServiceDeployments`
//! and `DescribeServiceRevisions`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{find, services_change};
use crate::account::Account;
use crate::aws::{Answer, AwsError, page, page_size};
use crate::services::ecs::ledger::{Ledger, ServiceRecord};
use crate::services::ecs::service_deployment::{ServiceDeployment, ServiceRevision};
use crate::services::ecs::task_definition;

/// The largest page of `ListServiceDeployments`.
const LARGEST: usize = 100;

/// The most ARNs in one call.
const MOST_ARNS: usize = 20;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    cluster: Option<String>,
    service: String,
    status: Vec<String>,
    created_at: CreatedAt,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CreatedAt {
    after: Option<f64>,
    before: Option<f64>,
}

pub(super) fn list(account: &Account, input: &List) -> Answer {
    let named = json!({"cluster": input.cluster, "service": input.service});
    let (arn, _) = services_change::service(account, &named)?;
    let ledger = account.tasks.ledger();
    let all = ledger.services.get(&arn).map(|record| &record.history);
    let CreatedAt { after, before } = input.created_at;
    let wanted = all.into_iter().flatten().filter(|deployment| {
        let status = deployment.status.name();
        (input.status.is_empty() || input.status.iter().any(|one| one == status))
            && after.is_none_or(|after| deployment.created >= after)
            && before.is_none_or(|before| deployment.created <= before)
    });
    let briefs = wanted.map(|deployment| brief(account, &arn, deployment));
    let size = page_size(input.max_results, LARGEST);
    let page = page(
        briefs.collect::<Vec<_>>(),
        size,
        input.next_token.as_deref(),
    );
    let (deployments, next) =
        page.ok_or_else(|| AwsError::new("InvalidParameterException", "Invalid token"))?;
    Ok(json!({"serviceDeployments": deployments, "nextToken": next}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    service_deployment_arns: Vec<String>,
    service_revision_arns: Vec<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Answer {
    let ledger = account.tasks.ledger();
    let arns = &input.service_deployment_arns;
    let (found, failures) = each(account, &ledger, arns, |arn, record, id| {
        let mut all = record.history.iter();
        let deployment = all.find(|deployment| deployment.id == id)?;
        Some(full(account, &ledger, arn, record, deployment))
    })?;
    Ok(json!({"serviceDeployments": found, "failures": failures}))
}

pub(super) fn revisions(account: &Account, input: &Describe) -> Answer {
    let ledger = account.tasks.ledger();
    let arns = &input.service_revision_arns;
    let (found, failures) = each(account, &ledger, arns, |arn, record, number| {
        let mut all = record.revisions.iter();
        let found = all.find(|revision| revision.number == number)?;
        Some(revision(account, arn, found))
    })?;
    Ok(json!({"serviceRevisions": found, "failures": failures}))
}

/// Describes each deployment or revision with one of these ARNs.
fn each(
    account: &Account,
    ledger: &Ledger,
    arns: &[String],
    describe: impl Fn(&str, &ServiceRecord, &str) -> Option<Value>,
) -> Result<(Vec<Value>, Vec<Value>), AwsError> {
    if arns.len() > MOST_ARNS {
        return Err(AwsError::new(
            "InvalidParameterException",
            format!("You can specify a maximum of {MOST_ARNS} ARNs."),
        ));
    }
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for wanted in arns {
        let described = named(account, wanted).and_then(|(arn, id)| {
            let record = ledger.services.get(&arn)?;
            describe(&arn, record, id)
        });
        match described {
            Some(described) => found.push(described),
            None => failures.push(json!({"arn": wanted, "reason": "MISSING"})),
        }
    }
    Ok((found, failures))
}

/// The ARN of the service, and the id, in an ARN such as
/// `…:service-deployment/CLUSTER/SERVICE/ID`.
pub(super) fn named<'a>(account: &Account, arn: &'a str) -> Option<(String, &'a str)> {
    let mut parts = arn.rsplitn(4, '/');
    let (id, service, cluster) = (parts.next()?, parts.next()?, parts.next()?);
    let arn = account.arn("ecs", &format!("service/{cluster}/{service}"));
    Some((arn, id))
}

/// The ARN of a deployment or a revision of a service.
pub(super) fn related(account: &Account, service: &str, kind: &str, id: &str) -> String {
    let name = service.split_once(":service/").map_or("", |(_, name)| name);
    account.arn("ecs", &format!("{kind}/{name}/{id}"))
}

fn brief(account: &Account, service: &str, deployment: &ServiceDeployment) -> Value {
    let mut brief = json!({
        "serviceDeploymentArn": related(account, service, "service-deployment", &deployment.id),
        "serviceArn": service,
        "clusterArn": cluster_arn(account, service),
        "createdAt": deployment.created,
        "startedAt": deployment.created,
        "targetServiceRevisionArn":
            related(account, service, "service-revision", &deployment.target),
        "status": deployment.status.name(),
    });
    if let Some(finished) = deployment.finished {
        brief["finishedAt"] = finished.into();
    }
    if let Some(reason) = &deployment.reason {
        brief["statusReason"] = reason.as_str().into();
    }
    brief
}

fn full(
    account: &Account,
    ledger: &Ledger,
    service: &str,
    record: &ServiceRecord,
    deployment: &ServiceDeployment,
) -> Value {
    let mut full = brief(account, service, deployment);
    let shares = deployment
        .stage
        .map(|_| (deployment.production, deployment.test));
    let summary = |number: &str, shares| summary(account, ledger, service, record, number, shares);
    let target = summary(&deployment.target, shares);
    let rest = shares.map(|(production, test)| (100.0 - production, 100.0 - test));
    let sources = deployment.sources.iter();
    let sources: Vec<Value> = sources.map(|number| summary(number, rest)).collect();
    if let Some(members) = full.as_object_mut() {
        members.remove("targetServiceRevisionArn");
    }
    full["targetServiceRevision"] = target;
    full["sourceServiceRevisions"] = sources.into();
    full["updatedAt"] = deployment.updated.into();
    full["deploymentConfiguration"] = find::lower_names(&deployment.configuration);
    full["deploymentCircuitBreaker"] = json!({
        "status": deployment.breaker.name(),
        "failureCount": deployment.failures,
        "threshold": deployment.threshold,
    });
    full["alarms"] = json!({
        "status": deployment.alarms.name(),
        "alarmNames": deployment.configuration["Alarms"]["AlarmNames"],
        "triggeredAlarmNames": deployment.triggered,
    });
    if let Some(stage) = deployment.stage {
        full["lifecycleStage"] = stage.shown().into();
    }
    add_progress(account, service, deployment, &mut full);
    full
}

/// The hooks, the end and the rollback.
fn add_progress(
    account: &Account,
    service: &str,
    deployment: &ServiceDeployment,
    full: &mut Value,
) {
    if let Some(stopped) = deployment.stopped {
        full["stoppedAt"] = stopped.into();
    }
    if let Some(rollback) = &deployment.rollback {
        full["rollback"] = json!({
            "reason": rollback.reason,
            "startedAt": rollback.started,
            "serviceRevisionArn":
                related(account, service, "service-revision", &rollback.revision),
        });
    }
    let hooks = deployment.hooks.iter().map(|hook| {
        json!({
            "hookId": hook.id,
            "targetType": "PAUSE",
            "status": hook.status.name(),
            "expiresAt": hook.expires,
            "timeoutAction": if hook.continues { "CONTINUE" } else { "ROLLBACK" },
        })
    });
    let hooks: Vec<Value> = hooks.collect();
    if !hooks.is_empty() {
        full["lifecycleHookDetails"] = hooks.into();
    }
}

/// How many tasks of a revision there are, and its share of the production and test traffic.
fn summary(
    account: &Account,
    ledger: &Ledger,
    service: &str,
    record: &ServiceRecord,
    number: &str,
    shares: Option<(f64, f64)>,
) -> Value {
    let mut summary = counts(account, ledger, service, record, number);
    if let Some((production, test)) = shares {
        summary["requestedProductionTrafficWeight"] = production.into();
        summary["requestedTestTrafficWeight"] = test.into();
    }
    summary
}

/// How many tasks of a revision there are.
pub(super) fn counts(
    account: &Account,
    ledger: &Ledger,
    service: &str,
    record: &ServiceRecord,
    number: &str,
) -> Value {
    let mut deployments = record.deployments.iter();
    let deployment = deployments.find(|deployment| deployment.revision() == number);
    let (running, pending) = deployment.map_or((0, 0), |one| ledger.counts(service, Some(&one.id)));
    json!({
        "arn": related(account, service, "service-revision", number),
        "requestedTaskCount": deployment.map_or(0, |one| one.desired),
        "runningTaskCount": running,
        "pendingTaskCount": pending,
    })
}

fn revision(account: &Account, service: &str, revision: &ServiceRevision) -> Value {
    let spec = &revision.spec;
    let placement = &spec.placement;
    let balancers = spec.balancers.iter().zip(&revision.groups);
    let resolved: Vec<Value> = balancers
        .filter_map(|(balancer, group)| {
            let rule = balancer.shift.as_ref()?.production.as_ref()?;
            Some(json!({"targetGroupArn": group, "productionListenerRule": rule}))
        })
        .collect();
    let balancers = spec.balancers.iter().map(|balancer| {
        let mut described = json!({
            "targetGroupArn": balancer.group,
            "containerName": balancer.container,
            "containerPort": balancer.port,
        });
        if let Some(shift) = &balancer.shift {
            described["advancedConfiguration"] = json!({
                "alternateTargetGroupArn": shift.alternate,
                "productionListenerRule": shift.production,
                "testListenerRule": shift.test,
                "roleArn": shift.role,
            });
        }
        described
    });
    let balancers: Vec<Value> = balancers.collect();
    let definition = task_definition::find(account, &spec.definition).unwrap_or_default();
    let containers = definition.container_definitions.iter();
    let images: Vec<Value> = containers
        .map(|one| json!({"containerName": one.name(), "image": one.image()}))
        .collect();
    json!({
        "serviceRevisionArn": related(account, service, "service-revision", &revision.number),
        "serviceArn": service,
        "clusterArn": cluster_arn(account, service),
        "taskDefinition": spec.definition,
        "launchType": "FARGATE",
        "platformVersion": spec.platform.as_deref().unwrap_or("1.4.0"),
        "platformFamily": "Linux",
        "loadBalancers": balancers,
        "networkConfiguration": {"awsvpcConfiguration": {
            "subnets": placement.subnets,
            "securityGroups": placement.groups,
            "assignPublicIp": if placement.public { "ENABLED" } else { "DISABLED" },
        }},
        "containerImages": images,
        "guardDutyEnabled": false,
        "createdAt": revision.created,
        "resolvedConfiguration": {"loadBalancers": resolved},
    })
}

fn cluster_arn(account: &Account, service: &str) -> String {
    let cluster = service.rsplit('/').nth(1).unwrap_or("default");
    account.arn("ecs", &format!("cluster/{cluster}"))
}
