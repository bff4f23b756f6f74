//! Starts, updates and stops the runners of the account's services.

use std::sync::Arc;

use serde_json::Value;

use super::alone_tasks;
use super::desired_count;
use super::running::Handle;
use super::scheduler::{self, DesiredState};
use super::service::{MOST_TASKS, Service};
use super::service_properties::ServiceProperties;
use super::task_definition::resolve;
use crate::account::{Account, Item, State};
use crate::resources::ResourceType as _;

/// Sends every runner its wanted state, and starts the missing runners.
pub(crate) fn reconcile(account: &Arc<Account>) {
    reconcile_all(account, false);
}

/// Starts the services that were recorded before the local AWS was started.
pub(super) fn restore(account: &Arc<Account>) {
    reconcile_all(account, true);
}

fn reconcile_all(account: &Arc<Account>, restored: bool) {
    // Locked before the state is read: a later change must not be followed by an earlier one.
    let mut running = account.tasks.running();
    let wanted: Vec<(String, DesiredState)> = account.read(|state| {
        state
            .inventory
            .of_type(Service::NAME)
            .map(|(arn, item)| (arn.to_owned(), wanted(state, item)))
            .collect()
    });
    for (arn, wanted) in wanted {
        if let Some(handle) = running.get(&arn) {
            tell(handle, wanted);
        } else {
            let handle = start(account, &arn, &wanted, restored);
            running.insert(arn, handle);
        }
    }
}

fn wanted(state: &State, item: &Item) -> DesiredState {
    let mut wanted = DesiredState::of(&item.read());
    wanted.on_fargate = is_on_fargate(state, item);
    if let Some(arn) = resolve(state, &wanted.spec.definition) {
        wanted.spec.definition = arn;
    }
    let desired = desired_count::of(item).unwrap_or(wanted.desired);
    wanted.desired = desired.min(MOST_TASKS);
    wanted
}

/// Without a launch type, the strategy of the service or of its cluster decides. Without a strategy,
/// the launch type is EC2
/// (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>).
fn is_on_fargate(state: &State, item: &Item) -> bool {
    let properties: ServiceProperties = item.read();
    let has_items = |strategy: Option<&Value>| {
        strategy
            .and_then(Value::as_array)
            .is_some_and(|items| !items.is_empty())
    };
    let name = properties.cluster_name();
    let mut clusters = state.inventory.of_type("AWS::ECS::Cluster");
    let cluster = clusters.find(|(id, _)| *id == name).map(|(_, item)| item);
    let default =
        cluster.and_then(|cluster| cluster.properties.get("DefaultCapacityProviderStrategy"));
    properties.launch_type.as_deref() == Some("FARGATE")
        || has_items(properties.capacity_provider_strategy.as_ref())
        || (properties.launch_type.is_none() && has_items(default))
}

/// Passes on a changed state. A service that is being stopped does not start again.
fn tell(handle: &Handle, wanted: DesiredState) {
    handle.wanted.send_if_modified(|known| {
        let changed = !known.stopped && *known != wanted;
        if changed {
            *known = wanted;
        }
        changed
    });
}

fn start(account: &Arc<Account>, arn: &str, wanted: &DesiredState, restored: bool) -> Handle {
    let (wanted, rollout) = scheduler::start(Arc::clone(account), arn, wanted, restored);
    Handle {
        wanted: Arc::new(wanted),
        rollout,
    }
}

/// Stops a service, and returns when its last task has ended. It does not start again.
pub(super) async fn stop(account: &Account, arn: &str) {
    let Some(mut handle) = account.tasks.handle(arn) else {
        return;
    };
    handle.wanted.send_modify(|wanted| wanted.stopped = true);
    // The channel is closed when the last task has stopped.
    while handle.rollout.changed().await.is_ok() {}
}

/// Forgets a stopped service and its runner in one step: in between, it would be started again.
pub(super) fn forget(account: &Account, arn: &str) {
    let mut running = account.tasks.running();
    account.change(|state| state.inventory.remove(Service::NAME, arn));
    running.remove(arn);
}

/// Stops the tasks of all services when the local AWS stops.
pub(crate) async fn stop_all(account: &Account) {
    account.tasks.is_ending.send_replace(true);
    let arns: Vec<String> = account.tasks.running().keys().cloned().collect();
    for arn in &arns {
        if let Some(handle) = account.tasks.handle(arn) {
            handle.wanted.send_modify(|wanted| wanted.stopped = true);
        }
    }
    alone_tasks::stop_all(account).await;
    for arn in &arns {
        stop(account, arn).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use serde_json::{Map, json};
    use tokio::runtime::Handle as Runtime;

    use super::*;
    use crate::account::testing::account;
    use crate::resources::Request;
    use crate::services::ecs::api::describe_service;

    /// Puts a service without tasks into the inventory.
    fn add(account: &Account, name: &str) -> (String, Item) {
        let arn = account.arn("ecs", &format!("service/c/{name}"));
        let item = Item {
            resource_type: Service::NAME.into(),
            properties: json!({"Cluster": "c", "DesiredCount": 0, "LaunchType": "FARGATE"}),
            attributes: Map::new(),
        };
        account
            .change(|state| state.inventory.put(&arn, item.clone()))
            .unwrap();
        (arn, item)
    }

    #[tokio::test]
    async fn a_deleted_service_does_not_start_again() {
        let account = account().await;
        let (arn, item) = add(&account, "s");
        reconcile(&account);
        assert!(account.tasks.handle(&arn).is_some());
        let request = Request::direct(&account, Service::NAME, arn.clone(), item.properties);
        Service::delete(&request, &ServiceProperties::default())
            .await
            .unwrap();
        // A change of another service may come at any moment.
        reconcile(&account);
        assert!(account.tasks.handle(&arn).is_none());
    }

    #[tokio::test]
    async fn a_service_that_is_being_stopped_does_not_start_again() {
        let account = account().await;
        let (arn, _) = add(&account, "s");
        reconcile(&account);
        stop_all(&account).await;
        reconcile(&account);
        let handle = account.tasks.handle(&arn).unwrap();
        assert!(handle.wanted.is_closed());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_service_can_be_described_while_others_start() {
        let account = account().await;
        let (arn, item) = add(&account, "s");
        reconcile(&account);
        let (done, is_done) = mpsc::channel();
        let starter = Arc::clone(&account);
        let runtime = Runtime::current();
        // Threads of their own: blocked ones would keep the runtime from ending.
        thread::spawn(move || {
            let _context = runtime.enter();
            for number in 0..300 {
                add(&starter, &format!("s{number}"));
                reconcile(&starter);
            }
            done.send(()).unwrap();
        });
        let (described, is_described) = mpsc::channel();
        thread::spawn(move || {
            while is_done.try_recv().is_err() {
                describe_service(&account, &arn, &item);
            }
            described.send(()).unwrap();
        });
        let ended = is_described.recv_timeout(Duration::from_mins(2));
        assert!(ended.is_ok(), "they wait for each other");
    }
}
