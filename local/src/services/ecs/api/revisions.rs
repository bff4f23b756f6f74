//! The revisions of services: `DescribeServiceRevisions`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::deployments::{cluster_arn, each, related};
use crate::account::Account;
use crate::aws::Answer;
use crate::services::ecs::service_deployment::ServiceRevision;
use crate::services::ecs::task_definition;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    service_revision_arns: Vec<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Answer {
    let ledger = account.tasks.ledger();
    let arns = &input.service_revision_arns;
    let (found, failures) = each(account, &ledger, arns, |arn, record, number| {
        let mut all = record.revisions.iter();
        let found = all.find(|revision| revision.number == number)?;
        Some(revision(account, arn, found))
    })?;
    Ok(json!({"serviceRevisions": found, "failures": failures}))
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
