//! The deployments and revisions of services. A deployment of the local AWS is one with the id
//! `ecs-svc/NUMBER`; the revision that it deploys has the same number.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{find, services_change};
use crate::account::Account;
use crate::aws::{Answer, AwsError, page, page_size};
use crate::services::ecs::ledger::{DeploymentRecord, RolloutState};
use crate::services::ecs::service_properties::ServiceProperties;

/// The largest page of `ListServiceDeployments`.
const LARGEST: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct List {
    cluster: Option<String>,
    service: String,
    status: Vec<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

pub(super) fn list(account: &Account, input: &List) -> Answer {
    let named = json!({"cluster": input.cluster, "service": input.service});
    let (arn, _) = services_change::service(account, &named)?;
    let all = records(account, &arn);
    let wanted = all.iter().filter(|record| {
        let status = status(record);
        input.status.is_empty() || input.status.iter().any(|one| one == status)
    });
    let briefs = wanted.map(|record| brief(account, &arn, record));
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

pub(super) fn describe(account: &Account, input: &Describe) -> Value {
    let (found, failures) = each(account, &input.service_deployment_arns, |arn, record| {
        let mut deployment = brief(account, arn, record);
        deployment["updatedAt"] = record.updated.into();
        deployment["deploymentConfiguration"] = configuration(account, arn);
        deployment["targetServiceRevision"] = json!({
            "arn": deployment["targetServiceRevisionArn"],
            "requestedTaskCount": desired(account, arn),
        });
        if let Some(members) = deployment.as_object_mut() {
            members.remove("targetServiceRevisionArn");
        }
        deployment
    });
    json!({"serviceDeployments": found, "failures": failures})
}

pub(super) fn revisions(account: &Account, input: &Describe) -> Value {
    let (found, failures) = each(account, &input.service_revision_arns, |arn, record| {
        json!({
            "serviceRevisionArn": related(account, arn, "service-revision", record),
            "serviceArn": arn,
            "clusterArn": cluster_arn(account, arn),
            "taskDefinition": record.definition,
            "launchType": "FARGATE",
            "platformFamily": "Linux",
            "createdAt": record.created,
        })
    });
    json!({"serviceRevisions": found, "failures": failures})
}

/// Describes each deployment or revision with one of these ARNs.
fn each(
    account: &Account,
    arns: &[String],
    describe: impl Fn(&str, &DeploymentRecord) -> Value,
) -> (Vec<Value>, Vec<Value>) {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for wanted in arns {
        // `…:service-deployment/CLUSTER/SERVICE/NUMBER`
        let parts: Vec<&str> = wanted.rsplit('/').collect();
        let record = match parts[..] {
            [number, service, cluster, ..] => {
                let arn = account.arn("ecs", &format!("service/{cluster}/{service}"));
                let records = records(account, &arn);
                let mut records = records.into_iter();
                let record = records.find(|record| number_of(record) == number);
                record.map(|record| (arn, record))
            }
            _ => None,
        };
        match record {
            Some((arn, record)) => found.push(describe(&arn, &record)),
            None => failures.push(json!({"arn": wanted, "reason": "MISSING"})),
        }
    }
    (found, failures)
}

fn records(account: &Account, service: &str) -> Vec<DeploymentRecord> {
    let ledger = account.tasks.ledger();
    let record = ledger.services.get(service);
    record.map_or_else(Vec::new, |record| record.deployments.clone())
}

fn brief(account: &Account, service: &str, record: &DeploymentRecord) -> Value {
    let mut brief = json!({
        "serviceDeploymentArn": related(account, service, "service-deployment", record),
        "serviceArn": service,
        "clusterArn": cluster_arn(account, service),
        "createdAt": record.created,
        "startedAt": record.created,
        "targetServiceRevisionArn": related(account, service, "service-revision", record),
        "status": status(record),
    });
    if record.state != RolloutState::InProgress {
        brief["finishedAt"] = record.updated.into();
    }
    brief
}

fn status(record: &DeploymentRecord) -> &'static str {
    match record.state {
        RolloutState::InProgress => "IN_PROGRESS",
        RolloutState::Completed => "SUCCESSFUL",
        RolloutState::Failed => "ROLLBACK_SUCCESSFUL",
    }
}

fn number_of(record: &DeploymentRecord) -> &str {
    record.id.rsplit('/').next().unwrap_or(&record.id)
}

fn related(account: &Account, service: &str, kind: &str, record: &DeploymentRecord) -> String {
    let name = service.split_once(":service/").map_or("", |(_, name)| name);
    account.arn("ecs", &format!("{kind}/{name}/{}", number_of(record)))
}

fn cluster_arn(account: &Account, service: &str) -> String {
    let cluster = service.rsplit('/').nth(1).unwrap_or("default");
    account.arn("ecs", &format!("cluster/{cluster}"))
}

fn desired(account: &Account, service: &str) -> u64 {
    let ledger = account.tasks.ledger();
    ledger
        .services
        .get(service)
        .map_or(0, |record| record.desired)
}

fn configuration(account: &Account, service: &str) -> Value {
    let item = account.read(|state| state.inventory.get(service).cloned());
    item.map_or(Value::Null, |item| {
        let properties: ServiceProperties = item.read();
        find::lower_names(&properties.configuration())
    })
}
