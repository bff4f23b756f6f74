//! Deletes resources. Each is deleted before those that it depends on.

use std::collections::{BTreeMap, BTreeSet};

use tokio::task::JoinSet;

use super::run::Run;
use crate::account::Operation;
use crate::cloudformation::model::{Record, ResourceStatus};
use crate::resources;

/// Deletes `records` in reverse order of their dependencies, in parallel if possible, except those
/// that `keep` selects. Returns the logical ids that failed.
pub(super) async fn delete_all(
    run: &Run,
    records: Vec<(String, Record)>,
    keep: impl Fn(&str, &Record) -> bool,
) -> Vec<String> {
    let mut queue = Queue {
        waiting: records.into_iter().collect(),
        ..Queue::default()
    };
    let mut running = JoinSet::new();
    let mut crashed = false;
    loop {
        let ready = queue.take_ready();
        let stuck = ready.is_empty() && running.is_empty();
        if stuck && queue.failed.is_empty() && !queue.waiting.is_empty() {
            tracing::error!("{} has a cycle among its deletions", run.stack_name);
            return queue.waiting.into_keys().collect();
        }
        if stuck {
            break;
        }
        for (logical_id, record) in ready {
            if keep(&logical_id, &record) {
                mark(
                    run,
                    &logical_id,
                    &record,
                    ResourceStatus::DeleteSkipped,
                    None,
                );
                continue;
            }
            queue.busy.insert(logical_id.clone(), record.clone());
            let run = run.clone();
            running.spawn(async move {
                let deleted = delete_one(&run, &logical_id, &record).await;
                (logical_id, deleted)
            });
        }
        match running.join_next().await {
            Some(Ok((logical_id, deleted))) => queue.end(logical_id, deleted),
            Some(Err(crash)) => {
                tracing::error!("a deletion in {} crashed: {crash}", run.stack_name);
                crashed = true;
            }
            None => {}
        }
    }
    if crashed {
        queue.failed.append(&mut queue.busy);
    }
    queue.failed.into_keys().collect()
}

/// The resources that are not deleted yet, by logical id.
#[derive(Default)]
struct Queue {
    waiting: BTreeMap<String, Record>,
    busy: BTreeMap<String, Record>,
    failed: BTreeMap<String, Record>,
}

impl Queue {
    /// Removes and returns those that no other resource depends on.
    fn take_ready(&mut self) -> Vec<(String, Record)> {
        let needed: BTreeSet<&String> = self
            .waiting
            .values()
            .chain(self.busy.values())
            .chain(self.failed.values())
            .flat_map(|record| &record.dependencies)
            .collect();
        let ready: Vec<String> = self
            .waiting
            .keys()
            .filter(|name| !needed.contains(name))
            .cloned()
            .collect();
        ready
            .iter()
            .filter_map(|name| self.waiting.remove_entry(name))
            .collect()
    }

    fn end(&mut self, logical_id: String, deleted: bool) {
        let record = self.busy.remove(&logical_id);
        if !deleted {
            self.failed
                .extend(record.map(|record| (logical_id, record)));
        }
    }
}

async fn delete_one(run: &Run, logical_id: &str, record: &Record) -> bool {
    mark(
        run,
        logical_id,
        record,
        ResourceStatus::DeleteInProgress,
        None,
    );
    let deleted = match run.account.faults.strike(Operation::Delete, logical_id) {
        Ok(()) => resources::delete(&run.request(logical_id, record)).await,
        Err(reason) => Err(reason),
    };
    match &deleted {
        Ok(()) => mark(
            run,
            logical_id,
            record,
            ResourceStatus::DeleteComplete,
            None,
        ),
        Err(reason) => {
            mark(
                run,
                logical_id,
                record,
                ResourceStatus::DeleteFailed,
                Some(reason),
            );
        }
    }
    deleted.is_ok()
}

/// Adds an event for a record, and changes the status of the resource if the stack still has it.
fn mark(
    run: &Run,
    logical_id: &str,
    record: &Record,
    status: ResourceStatus,
    reason: Option<&str>,
) {
    run.change(|stack| {
        let kept = stack
            .current
            .resources
            .get(logical_id)
            .is_some_and(|kept| kept.physical_id == record.physical_id);
        if kept {
            stack.move_resource(logical_id, status, reason, |_| ());
        } else {
            let gone = Record {
                status,
                reason: reason.map(str::to_owned),
                ..record.clone()
            };
            stack.add_resource_event(logical_id, &gone);
        }
    });
}
