//! `CreateService`, `UpdateService` and `DeleteService`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::change::{self, WORDS, properties};
use super::{find, services};
use crate::account::{Account, Item};
use crate::aws::{Answer, AwsError, heed, json as read};
use crate::services::ecs::task_definition::resolve;
use crate::services::ecs::{Service, desired_count};

/// The longest time to wait until the scheduler has seen a change.
const SEEN: Duration = Duration::from_secs(2);

/// The members that are properties of `AWS::ECS::Service`. The resource type refuses those that it
/// does not do yet.
const USED: [&str; 20] = [
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "cluster",
    "deploymentConfiguration",
    "deploymentController",
    "desiredCount",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "propagateTags",
    "schedulingStrategy",
    "serviceName",
    "tags",
    "taskDefinition",
    "serviceConnectConfiguration",
    "serviceRegistries",
];

pub(super) async fn create(account: &Arc<Account>, input: &Value) -> Answer {
    let mut given = input.clone();
    // A name that exists already is refused, with this token or another one.
    if let Some(members) = given.as_object_mut() {
        members.remove("clientToken");
    }
    let mut properties = properties(&given, &USED)?;
    if !properties.contains_key("ServiceName") {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Service name cannot be blank.",
        ));
    }
    set_definition(account, &mut properties)?;
    let arn = WORDS.create::<Service>(account, properties.into()).await?;
    seen(account, &arn).await;
    described(account, &arn)
}

pub(super) async fn update(account: &Arc<Account>, input: &Value) -> Answer {
    let (arn, _) = service(account, input)?;
    let mut given = input.clone();
    let mut is_forced = false;
    if let Some(members) = given.as_object_mut() {
        members.remove("service");
        members.remove("cluster");
        let forced = members.remove("forceNewDeployment");
        is_forced = forced == Some(true.into());
    }
    let mut changes = properties(&given, &USED)?;
    // An empty list removes the load balancers; elsewhere it says nothing.
    if input["loadBalancers"] == json!([]) {
        changes.insert("LoadBalancers".into(), json!([]));
    }
    if is_forced {
        let nonce = uuid::Uuid::new_v4().to_string();
        let forced = json!({"EnableForceNewDeployment": true, "ForceNewDeploymentNonce": nonce});
        changes.insert("ForceNewDeployment".into(), forced);
    }
    set_definition(account, &mut changes)?;
    change::update::<Service>(account, &arn, changes).await?;
    seen(account, &arn).await;
    described(account, &arn)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Delete {
    #[serde(rename = "cluster")]
    _cluster: Option<String>,
    #[serde(rename = "service")]
    _service: String,
    force: bool,
}

/// Stops the tasks in the background, as ECS does.
pub(super) fn delete(account: &Arc<Account>, input: &Value) -> Answer {
    let options: Delete = heed(input)?;
    let (arn, item) = service(account, input)?;
    if desired_count::of(&item) != Some(0) && !options.force {
        return Err(AwsError::new(
            "InvalidParameterException",
            "The service cannot be stopped while it is scaled above 0.",
        ));
    }
    let mut answer = described(account, &arn)?;
    answer["service"]["status"] = "DRAINING".into();
    answer["service"]["desiredCount"] = 0.into();
    let account = Arc::clone(account);
    tokio::spawn(async move {
        if let Err(err) = WORDS.delete::<Service>(&account, &arn).await {
            tracing::warn!("the service {arn} could not be deleted: {}", err.message);
        }
    });
    Ok(answer)
}

/// The service that the members `cluster` and `service` name.
///
/// # Errors
/// ECS's message for a cluster or a service that does not exist.
pub(super) fn service(account: &Account, input: &Value) -> Result<(String, Item), AwsError> {
    let wanted = read::member(input, "service").unwrap_or("");
    let cluster = find::cluster(account, read::member(input, "cluster"))?;
    let mut services = find::services(account, cluster).into_iter();
    let found = services.find(|(arn, item)| arn == wanted || item.attribute("Name") == wanted);
    found.ok_or_else(|| AwsError::new("ServiceNotFoundException", "Service not found."))
}

/// A family, or a family with a revision, becomes the ARN.
fn set_definition(
    account: &Account,
    properties: &mut serde_json::Map<String, Value>,
) -> Result<(), AwsError> {
    if let Some(given) = properties.get("TaskDefinition").and_then(Value::as_str) {
        let arn = account.read(|state| resolve(state, given));
        let arn =
            arn.ok_or_else(|| AwsError::new("ClientException", "TaskDefinition not found."))?;
        properties.insert("TaskDefinition".into(), arn.into());
    }
    Ok(())
}

/// Waits until the scheduler shows the change, so that a client that waits for a stable service does
/// not see the old one.
async fn seen(account: &Account, arn: &str) {
    let start = Instant::now();
    while start.elapsed() < SEEN {
        let Some(handle) = account.tasks.handle(arn) else {
            return;
        };
        let shown = handle.rollout.borrow().is_of(&handle.wanted.borrow());
        if shown {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn described(account: &Account, arn: &str) -> Answer {
    let item = account.read(|state| state.inventory.get(arn).cloned());
    let item =
        item.ok_or_else(|| AwsError::new("ServiceNotFoundException", "Service not found."))?;
    Ok(json!({"service": services::describe_one(account, arn, &item)}))
}
