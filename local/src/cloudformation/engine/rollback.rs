//! The way back when an operation fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::deletion::retained;
use super::{Run, delete, standing};
use crate::account::Account;
use crate::cloudformation::order::in_order;
use crate::cloudformation::stack::{Record, Version};
use crate::faults::Operation;
use crate::resources;

pub(super) async fn roll_back(run: &Run, reason: &str) {
    if run.read(|stack| stack.previous.is_some()) {
        roll_back_update(run, reason).await;
    } else {
        roll_back_create(run, reason).await;
    }
}

async fn roll_back_create(run: &Run, reason: &str) {
    let on_failure = run.read(|stack| stack.on_failure.clone());
    match on_failure.as_str() {
        "DO_NOTHING" => return run.change(|stack| stack.move_to("CREATE_FAILED", Some(reason))),
        "DELETE" => {
            run.change(|stack| {
                stack.move_to(
                    "DELETE_IN_PROGRESS",
                    Some(&format!("{reason}Delete requested by user.")),
                );
            });
            return delete(Arc::clone(&run.account), run.stack_id.clone()).await;
        }
        _ => run.change(|stack| {
            stack.move_to(
                "ROLLBACK_IN_PROGRESS",
                Some(&format!("{reason}Rollback requested by user.")),
            );
        }),
    }
    let records = run.read(|stack| standing(&stack.current));
    let failed = run
        .delete_all(records, |_, record| retained(record, true))
        .await;
    run.change(|stack| {
        if failed.is_empty() {
            stack.move_to("ROLLBACK_COMPLETE", None);
        } else {
            let reason = format!(
                "The following resource(s) failed to delete: [{}]. ",
                failed.join(", ")
            );
            stack.move_to("ROLLBACK_FAILED", Some(&reason));
        }
    });
}

async fn roll_back_update(run: &Run, reason: &str) {
    run.change(|stack| {
        stack.move_to("UPDATE_ROLLBACK_IN_PROGRESS", Some(reason));
        let made = stack
            .previous
            .as_deref()
            .map(|previous| left_over(&stack.current, previous));
        for (name, record) in made.into_iter().flatten() {
            // Those that an earlier attempt has already set aside stay there.
            let known = stack
                .garbage
                .iter()
                .any(|(_, known)| known.physical_id == record.physical_id);
            if !known {
                stack.garbage.push((name, record));
            }
        }
    });
    restore_all(run, &[]).await;
}

/// Goes on with a rollback that had failed; the resources in `skip` are taken as they are.
pub(in crate::cloudformation) async fn continue_rollback(
    account: Arc<Account>,
    stack_id: String,
    skip: Vec<String>,
) {
    let Some(run) = Run::new(account, stack_id) else {
        return;
    };
    restore_all(&run, &skip).await;
}

async fn restore_all(run: &Run, skip: &[String]) {
    let Some(previous) = run.read(|stack| stack.previous.as_deref().cloned()) else {
        return;
    };
    let mut failed = Vec::new();
    for (logical_id, old) in &standing_in_order(&previous) {
        let restored = if skip.contains(logical_id) {
            run.change(|stack| {
                stack.move_resource(
                    logical_id,
                    "UPDATE_COMPLETE",
                    Some("Skipped by the user"),
                    |_| (),
                );
            });
            Ok(())
        } else {
            run.restore(logical_id, old).await
        };
        if let Err(reason) = restored {
            run.change(|stack| {
                stack.move_resource(logical_id, "UPDATE_FAILED", Some(&reason), |_| ());
            });
            failed.push(logical_id.clone());
        }
    }
    if !failed.is_empty() {
        let reason = format!(
            "The following resource(s) failed to update: [{}]. ",
            failed.join(", ")
        );
        run.change(|stack| stack.move_to("UPDATE_ROLLBACK_FAILED", Some(&reason)));
        return;
    }
    run.change(|stack| {
        let mut resources = std::mem::take(&mut stack.current.resources);
        resources.retain(|name, _| previous.resources.contains_key(name));
        stack.current = Version {
            resources,
            ..previous
        };
        stack.previous = None;
        stack.move_to("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None);
    });
    run.clean_up("UPDATE_ROLLBACK_COMPLETE").await;
}

/// The resources that stood, each after those that it depends on.
fn standing_in_order(version: &Version) -> Vec<(String, Record)> {
    let mut records: BTreeMap<String, Record> = standing(version).into_iter().collect();
    let after = records
        .iter()
        .map(|(name, record)| (name.clone(), record.dependencies.iter().cloned().collect()))
        .collect();
    let (ordered, circle) = in_order(&after);
    let names = ordered.into_iter().chain(circle);
    names
        .filter_map(|name| records.remove_entry(&name))
        .collect()
}

/// What the failed update has made: new resources, and the new ones of replacements.
fn left_over(current: &Version, previous: &Version) -> Vec<(String, Record)> {
    let mut records = standing(current);
    records.retain(|(name, record)| {
        previous
            .resources
            .get(name)
            .is_none_or(|old| old.physical_id != record.physical_id)
    });
    records
}

impl Run {
    /// Puts a resource back to what it was before the update.
    async fn restore(&self, logical_id: &str, old: &Record) -> Result<(), String> {
        let now = self
            .read(|stack| stack.current.resources.get(logical_id).cloned())
            .unwrap_or_default();
        let touched = now.properties != old.properties || now.status == "UPDATE_IN_PROGRESS";
        if now.physical_id == old.physical_id && touched {
            self.change(|stack| {
                stack.move_resource(logical_id, "UPDATE_IN_PROGRESS", None, |_| ());
            });
            self.account
                .faults
                .strike(Operation::Rollback, logical_id)?;
            let request = self.request(logical_id, old);
            resources::update(&request, &now.properties).await?;
            resources::settle(&request).await?;
        } else if now.physical_id == old.physical_id && now.status.ends_with("_COMPLETE") {
            // Nothing to do at the service; the policies and dependencies are the old ones again.
            self.change(|stack| {
                stack
                    .current
                    .resources
                    .insert(logical_id.to_owned(), old.clone())
            });
            return Ok(());
        }
        self.change(|stack| {
            stack.move_resource(logical_id, "UPDATE_COMPLETE", None, |record| {
                *record = old.clone();
            });
        });
        Ok(())
    }
}
