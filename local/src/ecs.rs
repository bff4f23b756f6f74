//! ECS: clusters, task definitions and services. A service RUNS: its tasks are processes.

mod api;
mod image;
mod ledger;
mod podman;
mod process;
mod service;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

pub(crate) use self::api::{handle, shown_services, shown_tasks};
pub(crate) use self::image::become_image;
use self::ledger::Ledger;
pub(crate) use self::podman::{find as find_podman, keep as keep_container};
use self::service::{Rollout, Wanted};
use crate::account::{Account, State, hex_id};
use crate::autoscaling::bounded;
use crate::json;
use crate::resources::{Made, Request, in_use};

const SERVICE: &str = "AWS::ECS::Service";

/// How long CloudFormation waits for a service to become stable.
const STABILISATION: Duration = Duration::from_hours(3);

/// The last revision of every task definition family.
pub(crate) type Revisions = BTreeMap<String, u32>;

/// The services that run, by ARN, and the processes of their tasks.
#[derive(Default)]
pub(crate) struct Services {
    running: Mutex<HashMap<String, Handle>>,
    processes: Mutex<BTreeSet<u32>>,
    /// The images that podman has pulled from here.
    pulled: Mutex<BTreeSet<String>>,
    ledger: Mutex<Ledger>,
}

/// The two ends of a running service: what is wanted of it, and how its rollout stands.
#[derive(Clone)]
struct Handle {
    wanted: Arc<watch::Sender<Wanted>>,
    rollout: watch::Receiver<Rollout>,
}

impl Services {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Handle>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn processes(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn pulled(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.pulled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ids of the processes that run as tasks now.
    pub(crate) fn process_ids(&self) -> Vec<u32> {
        self.processes().iter().copied().collect()
    }

    fn handle(&self, arn: &str) -> Option<Handle> {
        self.lock().get(arn).cloned()
    }
}

/// Makes a cluster, a task definition or a service; [`reconcile`] then starts the service.
///
/// # Errors
/// ECS's message where a name is taken or the definition has no container.
pub(crate) fn create(request: &Request) -> Result<Made, String> {
    match request.resource_type.as_str() {
        "AWS::ECS::Cluster" => Ok(cluster(request)),
        "AWS::ECS::TaskDefinition" => task_definition(request),
        _ => service(request),
    }
}

fn cluster(request: &Request) -> Made {
    let name = request.name("ClusterName");
    let arn = request.account.arn("ecs", &format!("cluster/{name}"));
    Made::new(name, json!({"Arn": arn}))
}

fn task_definition(request: &Request) -> Result<Made, String> {
    let containers = request
        .properties
        .get("ContainerDefinitions")
        .and_then(Value::as_array);
    if containers.is_none_or(|containers| containers.len() != 1) {
        return Err(
            "a task of the local AWS has exactly one container (ContainerDefinitions)".into(),
        );
    }
    let family = request.text("Family").map_or_else(
        || {
            format!(
                "{}{}{}",
                request.stack_name,
                request.logical_id,
                crate::account::suffix(8)
            )
        },
        str::to_owned,
    );
    let revision = request.account.change(|state| {
        let revision = state.task_definitions.entry(family.clone()).or_default();
        *revision += 1;
        *revision
    });
    let arn = request
        .account
        .arn("ecs", &format!("task-definition/{family}:{revision}"));
    Ok(Made::new(arn.clone(), json!({"TaskDefinitionArn": arn})))
}

fn service(request: &Request) -> Result<Made, String> {
    let name = request.name("ServiceName");
    let cluster = cluster_name(request.text("Cluster"));
    let arn = request
        .account
        .arn("ecs", &format!("service/{cluster}/{name}"));
    let (known, stands) = request.account.read(|state| {
        (
            state.inventory.get(&arn).is_some(),
            state.inventory.has("AWS::ECS::Cluster", cluster),
        )
    });
    if !stands {
        return Err(in_use("Cluster not found.", "Ecs", 400));
    }
    check_service(request)?;
    if known {
        return Err(in_use(
            "Creation of service was not idempotent.",
            "Ecs",
            400,
        ));
    }
    Ok(Made::new(
        arn.clone(),
        json!({"Name": name, "ServiceArn": arn}),
    ))
}

/// The most tasks that a service can have (ECS quota "Tasks per service").
const MOST_TASKS: u64 = 5000;

/// What ECS refuses of a service's properties.
///
/// # Errors
/// ECS's message, naming what is out of bounds or missing.
pub(crate) fn check_service(request: &Request) -> Result<(), String> {
    let invalid = |sentence: &str| Err(in_use(sentence, "Ecs", 400));
    if let Some(count) = request.properties.get("DesiredCount")
        && json::number(&request.properties, "DesiredCount").is_none_or(|count| count > MOST_TASKS)
    {
        return invalid(&format!(
            "desiredCount {count} must lie between 0 and {MOST_TASKS}"
        ));
    }
    let configuration = request
        .properties
        .get("DeploymentConfiguration")
        .cloned()
        .unwrap_or_default();
    for name in ["MinimumHealthyPercent", "MaximumPercent"] {
        let wrong = json::number(&configuration, name).is_none_or(|percent| percent > 1000);
        if configuration.get(name).is_some() && wrong {
            return invalid(&format!("{name} must lie between 0 and 1000"));
        }
    }
    let definition = request.text("TaskDefinition").unwrap_or_default();
    if !request
        .account
        .read(|state| state.inventory.has("AWS::ECS::TaskDefinition", definition))
    {
        return invalid(
            "TaskDefinition not found. (The local AWS takes its ARN only, as Ref gives it.)",
        );
    }
    Ok(())
}

/// A cluster's name, also where its ARN is given.
fn cluster_name(cluster: Option<&str>) -> &str {
    let cluster = cluster.unwrap_or("default");
    cluster.rsplit('/').next().unwrap_or(cluster)
}

/// Tells every service what is wanted of it now, and starts those that do not run yet.
pub(crate) fn reconcile(account: &Arc<Account>) {
    let wanted: Vec<(String, Wanted)> = account.read(|state| {
        state
            .inventory
            .of_type(SERVICE)
            .map(|(arn, item)| (arn.to_owned(), wanted(state, arn, &item.properties)))
            .collect()
    });
    let mut running = account.tasks.lock();
    for (arn, wanted) in wanted {
        if let Some(handle) = running.get(&arn) {
            handle.wanted.send_if_modified(|known| {
                // A service that is being stopped stays so, whatever else changes around it.
                let changed = !known.stopped && *known != wanted;
                if changed {
                    *known = wanted;
                }
                changed
            });
        } else {
            let (wanted, rollout) = service::start(Arc::clone(account), &arn, &wanted);
            running.insert(
                arn,
                Handle {
                    wanted: Arc::new(wanted),
                    rollout,
                },
            );
        }
    }
}

/// What the properties of a service ask for.
fn wanted(state: &State, arn: &str, properties: &Value) -> Wanted {
    let configuration = properties
        .get("DeploymentConfiguration")
        .cloned()
        .unwrap_or_default();
    let breaker = configuration
        .get("DeploymentCircuitBreaker")
        .cloned()
        .unwrap_or_default();
    let balancer = properties
        .get("LoadBalancers")
        .and_then(|balancers| balancers.get(0));
    let resource_id = arn.rsplit_once(':').map_or(arn, |(_, resource)| resource);
    let definition = json::member(properties, "TaskDefinition").unwrap_or_default();
    Wanted {
        task_definition: definition.to_owned(),
        // The bounds of a scalable target come from a template too.
        desired: bounded(
            state,
            resource_id,
            json::number(properties, "DesiredCount").unwrap_or(1),
        )
        .min(MOST_TASKS),
        minimum_percent: json::number(&configuration, "MinimumHealthyPercent").unwrap_or(100),
        maximum_percent: json::number(&configuration, "MaximumPercent").unwrap_or(200),
        circuit_breaker: json::flag(&breaker, "Enable"),
        roll_back: json::flag(&breaker, "Rollback"),
        target_group: balancer
            .and_then(|balancer| json::member(balancer, "TargetGroupArn"))
            .map(str::to_owned),
        grace: Duration::from_secs(
            json::number(properties, "HealthCheckGracePeriodSeconds").unwrap_or(0),
        ),
        stopped: false,
    }
}

/// Waits until the rollout of a service is done.
///
/// # Errors
/// The words in which CloudFormation reports a tripped circuit breaker, or a service that never
/// becomes stable.
pub(crate) async fn settle(account: &Account, arn: &str) -> Result<(), String> {
    let failed = |sentence: &str, code: &str| {
        Err(format!(
            "Resource handler returned message: \"{sentence}\" (RequestToken: {}, HandlerErrorCode: {code})",
            uuid::Uuid::new_v4()
        ))
    };
    let Some(mut handle) = account.tasks.handle(arn) else {
        return failed(&format!("Service {arn} not found."), "NotFound");
    };
    // Compared anew each time: auto scaling may ask for another count while this waits.
    let wanted = Arc::clone(&handle.wanted);
    let settled = handle
        .rollout
        .wait_for(|rollout| rollout.is_settled(&wanted.borrow()));
    let patience = account
        .pace
        .shrink(STABILISATION)
        .max(Duration::from_secs(30));
    match tokio::time::timeout(patience, settled).await {
        Err(_) | Ok(Err(_)) => failed("Exceeded attempts to wait", "NotStabilized"),
        Ok(Ok(rollout)) => match rollout.failure() {
            None => Ok(()),
            Some(_) => failed(
                "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
                "GeneralServiceException",
            ),
        },
    }
}

/// Removes one; a service first drains and stops its tasks.
///
/// # Errors
/// ECS's message for a cluster that still has services.
pub(crate) async fn delete(request: &Request) -> Result<(), String> {
    match request.resource_type.as_str() {
        "AWS::ECS::Cluster" => {
            let used = request.account.read(|state| {
                state.inventory.of_type(SERVICE).any(|(_, item)| {
                    cluster_name(json::member(&item.properties, "Cluster")) == request.physical_id
                })
            });
            if used {
                return Err(in_use(
                    "The Cluster cannot be deleted while Services are active.",
                    "Ecs",
                    400,
                ));
            }
        }
        SERVICE => stop(&request.account, &request.physical_id).await,
        _ => {}
    }
    Ok(())
}

async fn stop(account: &Account, arn: &str) {
    let Some(mut handle) = account.tasks.handle(arn) else {
        return;
    };
    handle.wanted.send_modify(|wanted| wanted.stopped = true);
    // The sender's end is dropped when the last task has stopped.
    while handle.rollout.changed().await.is_ok() {}
    account.tasks.lock().remove(arn);
}

/// Stops the tasks of all services, at the end of the local AWS.
pub(crate) async fn stop_all(account: &Account) {
    let arns: Vec<String> = account.tasks.lock().keys().cloned().collect();
    for arn in &arns {
        if let Some(handle) = account.tasks.handle(arn) {
            handle.wanted.send_modify(|wanted| wanted.stopped = true);
        }
    }
    for arn in &arns {
        stop(account, arn).await;
    }
    podman::forget_images(account).await;
}

/// The last part of a task's ARN, as ECS makes it.
fn task_id() -> String {
    hex_id(32)
}
