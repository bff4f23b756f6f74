//! What users ask of single tasks.

use super::Runner;
use crate::services::ecs::ledger::StopCode;

impl Runner {
    /// Stops the tasks that `StopTask` has named. The service replaces them.
    pub(super) fn stop_requested(&mut self) {
        for index in (0..self.tasks.len()).rev() {
            let reason = self.account.tasks.stop_reason(&self.tasks[index].id);
            if let Some(reason) = reason {
                let task = self.tasks.swap_remove(index);
                let id = task.id.clone();
                self.event(&format!("has stopped 1 running tasks: (task {id})."));
                self.stop(task, &reason);
                self.account
                    .tasks
                    .ledger()
                    .stopping(&id, StopCode::UserInitiated, &reason);
            }
        }
    }
}
