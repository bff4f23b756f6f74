//! The running services, the processes of their tasks, and the records of both.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use super::agent::Roles;
use super::alone_tasks::AloneTasks;
use super::ledger::Ledger;
use super::measure::Usage;
use super::scheduler::{DesiredState, Rollout};

/// The runners of the services, by ARN, and the processes of their tasks.
#[derive(Default)]
pub(crate) struct RunningServices {
    /// Locked before the ledger and the account's state, if more than one is needed.
    running: Mutex<HashMap<String, Handle>>,
    processes: Mutex<BTreeSet<u32>>,
    /// Locked before the account's state.
    ledger: Mutex<Ledger>,
    /// The tasks that no service runs.
    pub(super) alone: AloneTasks,
    /// Whether the local AWS ends. Its tasks then get less time to stop.
    pub(super) is_ending: watch::Sender<bool>,
    /// The sessions of the tasks' roles.
    pub(super) roles: Roles,
    /// The tasks that users want to stop, with the reason, by id.
    stops: Mutex<HashMap<String, String>>,
    /// What users ask of running deployments, by the id of the service deployment.
    orders: Mutex<Vec<(String, Order)>>,
    /// The deleted services as ECS still describes them, by ARN.
    inactive: Mutex<HashMap<String, Value>>,
    /// What the processors have done for each task, as it was measured last.
    pub(super) usage: Mutex<Usage>,
}

/// The channels of a running service: the wanted state goes in, the state of its rollout comes out.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) wanted: Arc<watch::Sender<DesiredState>>,
    pub(super) rollout: watch::Receiver<Rollout>,
}

/// What a user asks of a running deployment.
pub(super) enum Order {
    Continue { hook: String, roll_back: bool },
    Stop { roll_back: bool },
}

impl RunningServices {
    /// The ids of the processes that are running as tasks.
    pub(crate) fn process_ids(&self) -> Vec<u32> {
        self.processes().iter().copied().collect()
    }

    /// Lets the scheduler stop a task.
    pub(super) fn ask_to_stop(&self, task: &str, reason: &str) {
        let mut stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        stops.insert(task.to_owned(), reason.to_owned());
    }

    /// Why a user wants to stop the task. The second call returns `None`.
    pub(super) fn stop_reason(&self, task: &str) -> Option<String> {
        let mut stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        stops.remove(task)
    }

    /// Asks something of the service deployment with this id.
    pub(super) fn ask(&self, deployment: &str, order: Order) {
        self.all_orders().push((deployment.to_owned(), order));
    }

    /// What was asked of the service deployment. The second call returns nothing.
    pub(super) fn orders(&self, deployment: &str) -> Vec<Order> {
        let mut all = self.all_orders();
        let own = all.extract_if(.., |(id, _)| id == deployment);
        own.map(|(_, order)| order).collect()
    }

    fn all_orders(&self) -> MutexGuard<'_, Vec<(String, Order)>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The deleted services, by ARN.
    pub(super) fn inactive(&self) -> MutexGuard<'_, HashMap<String, Value>> {
        self.inactive.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn running(&self) -> MutexGuard<'_, HashMap<String, Handle>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn handle(&self, arn: &str) -> Option<Handle> {
        self.running().get(arn).cloned()
    }

    pub(super) fn processes(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
