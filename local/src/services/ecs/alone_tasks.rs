//! Tasks that no service runs: `RunTask` starts them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ledger::{StopCode, TaskRecord};
use super::task::{self, Launch, Task};
use crate::account::Account;

/// The ARNs of the tasks that a call has started, by its client token.
pub(super) type Tokens = HashMap<String, Vec<String>>;

/// The running tasks that no service runs, by id.
#[derive(Default)]
pub(super) struct AloneTasks {
    running: Mutex<HashMap<String, Task>>,
    tokens: Mutex<Tokens>,
}

impl AloneTasks {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Task>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the calls with a token have started.
    pub(super) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Records and launches a task.
pub(super) fn start(account: &Arc<Account>, record: TaskRecord, launch: Launch) {
    let id = launch.id.clone();
    account.tasks.ledger().started(record);
    let task = task::launch(account, launch);
    let ended = task.ended();
    account.tasks.alone.lock().insert(id.clone(), task);
    let account = Arc::clone(account);
    tokio::spawn(async move {
        ended.await;
        account.tasks.alone.lock().remove(&id);
    });
}

/// Begins to stop a task. Returns false if a service runs it.
pub(super) fn stop(account: &Account, id: &str, reason: &str) -> bool {
    let Some(task) = account.tasks.alone.lock().remove(id) else {
        return false;
    };
    let mut ledger = account.tasks.ledger();
    ledger.stopping(id, StopCode::UserInitiated, reason);
    tokio::spawn(task.stop());
    true
}

/// Stops all of them when the local AWS stops.
pub(super) async fn stop_all(account: &Account) {
    let all = std::mem::take(&mut *account.tasks.alone.lock());
    for (id, task) in all {
        let reason = "Task stopped by user";
        account
            .tasks
            .ledger()
            .stopping(&id, StopCode::UserInitiated, reason);
        task.stop().await;
    }
}
