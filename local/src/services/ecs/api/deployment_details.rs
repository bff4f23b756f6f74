//! A service deployment as the actions describe it.

use serde_json::{Value, json};

use super::deployments::{cluster_arn, related};
use super::find;
use crate::account::Account;
use crate::services::ecs::ledger::{Ledger, ServiceRecord};
use crate::services::ecs::service_deployment::ServiceDeployment;

pub(super) fn brief(account: &Account, service: &str, deployment: &ServiceDeployment) -> Value {
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

pub(super) fn full(
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
