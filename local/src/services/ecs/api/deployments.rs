//! The deployments of services: `ListServiceDeployments` and `DescribeServiceDeployments`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::deployment_details::{brief, full};
use super::services_change;
use crate::account::Account;
use crate::aws::{Answer, AwsError, page, page_size};
use crate::services::ecs::ledger::{Ledger, ServiceRecord};

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

/// Describes each deployment or revision with one of these ARNs.
pub(super) fn each(
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

pub(super) fn cluster_arn(account: &Account, service: &str) -> String {
    let cluster = service.rsplit('/').nth(1).unwrap_or("default");
    account.arn("ecs", &format!("cluster/{cluster}"))
}
