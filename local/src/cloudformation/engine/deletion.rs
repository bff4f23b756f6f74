//! Deletion: each resource goes before those it depends on.

use std::collections::{BTreeMap, BTreeSet};

use tokio::task::JoinSet;

use super::Run;
use crate::cloudformation::stack::Record;
use crate::faults::Operation;
use crate::resources;

/// Whether the deletion policy keeps the resource; `creating` when a creation is taken back.
pub(super) fn retained(record: &Record, creating: bool) -> bool {
    match record.deletion_policy.as_deref() {
        Some("Retain") => true,
        Some("RetainExceptOnCreate") => !creating,
        _ => false,
    }
}

impl Run {
    /// Deletes what an update or its rollback left behind. A failure here does not fail the stack.
    pub(super) async fn clean_up(&self, status: &str) {
        let (garbage, in_stack) = self.read(|stack| {
            let names: BTreeSet<String> = stack.current.resources.keys().cloned().collect();
            (stack.garbage.clone(), names)
        });
        let creating = status == "UPDATE_ROLLBACK_COMPLETE";
        let keep = |name: &str, record: &Record| {
            if in_stack.contains(name) {
                record.update_replace_policy.as_deref() == Some("Retain")
            } else {
                retained(record, creating)
            }
        };
        let failed = self.delete_all(garbage, keep).await;
        let reason = (!failed.is_empty()).then(|| {
            format!(
                "The following resource(s) failed to delete: [{}]. ",
                failed.join(", ")
            )
        });
        self.change(|stack| {
            stack.garbage.clear();
            stack.move_to(status, reason.as_deref());
        });
    }

    /// Deletes records so that each goes before those it depends on; gives the names that failed.
    pub(super) async fn delete_all(
        &self,
        records: Vec<(String, Record)>,
        keep: impl Fn(&str, &Record) -> bool,
    ) -> Vec<String> {
        let mut waiting: BTreeMap<String, Record> = records.into_iter().collect();
        let mut running = JoinSet::new();
        let mut crashed = false;
        let mut busy: BTreeMap<String, Record> = BTreeMap::new();
        let mut failed: BTreeMap<String, Record> = BTreeMap::new();
        loop {
            let needed: BTreeSet<&String> = waiting
                .values()
                .chain(busy.values())
                .chain(failed.values())
                .flat_map(|record| &record.dependencies)
                .collect();
            let ready: Vec<String> = waiting
                .keys()
                .filter(|name| !needed.contains(name))
                .cloned()
                .collect();
            for (logical_id, record) in ready.iter().filter_map(|name| waiting.remove_entry(name)) {
                if keep(&logical_id, &record) {
                    self.mark(&logical_id, &record, "DELETE_SKIPPED", None);
                    continue;
                }
                let (run, doomed) = (self.clone(), record.clone());
                busy.insert(logical_id.clone(), record);
                running.spawn(async move {
                    (
                        logical_id.clone(),
                        run.delete_one(&logical_id, &doomed).await,
                    )
                });
            }
            if running.is_empty() && !waiting.is_empty() && failed.is_empty() && ready.is_empty() {
                tracing::error!(
                    "{} has a cycle among what is to be deleted",
                    self.stack_name
                );
                return waiting.into_keys().collect();
            }
            match running.join_next().await {
                None if ready.is_empty() => break,
                Some(Ok((logical_id, deleted))) => {
                    let record = busy.remove(&logical_id);
                    if !deleted {
                        failed.extend(record.map(|record| (logical_id, record)));
                    }
                }
                Some(Err(crash)) => {
                    tracing::error!("a deletion in {} crashed: {crash}", self.stack_name);
                    crashed = true;
                }
                None => {}
            }
        }
        if crashed {
            failed.append(&mut busy);
        }
        failed.into_keys().collect()
    }

    async fn delete_one(&self, logical_id: &str, record: &Record) -> bool {
        self.mark(logical_id, record, "DELETE_IN_PROGRESS", None);
        let deleted = match self.account.faults.strike(Operation::Delete, logical_id) {
            Ok(()) => resources::delete(&self.request(logical_id, record)).await,
            Err(reason) => Err(reason),
        };
        match &deleted {
            Ok(()) => self.mark(logical_id, record, "DELETE_COMPLETE", None),
            Err(reason) => self.mark(logical_id, record, "DELETE_FAILED", Some(reason)),
        }
        deleted.is_ok()
    }

    /// An event for a record, and its new status where it still is the one in the stack.
    fn mark(&self, logical_id: &str, record: &Record, status: &str, reason: Option<&str>) {
        self.change(|stack| {
            let kept = stack
                .current
                .resources
                .get(logical_id)
                .is_some_and(|kept| kept.physical_id == record.physical_id);
            if kept {
                stack.move_resource(logical_id, status, reason, |_| ());
            } else {
                let gone = Record {
                    status: status.to_owned(),
                    reason: reason.map(str::to_owned),
                    ..record.clone()
                };
                stack.resource_event(logical_id, &gone);
            }
        });
    }
}
