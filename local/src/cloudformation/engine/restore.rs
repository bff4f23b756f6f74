//! Restores the resources of a stack to their state before an update.

use std::collections::BTreeMap;

use super::cleanup::clean_up;
use super::reason::failed_to;
use super::run::Run;
use crate::account::Operation;
use crate::cloudformation::model::{Record, ResourceStatus, StackStatus, Version};
use crate::cloudformation::template::in_order;
use crate::resources;

/// Restores every resource except those in `skip`, and deletes those that the update has created.
pub(super) async fn restore_all(run: &Run, skip: &[String]) {
    let Some(previous) = run.read(|stack| stack.previous.as_deref().cloned()) else {
        return;
    };
    let mut failed = Vec::new();
    for (logical_id, old) in &existing_in_order(&previous) {
        let restored = if skip.contains(logical_id) {
            skip_resource(run, logical_id);
            Ok(())
        } else {
            restore(run, logical_id, old).await
        };
        if let Err(reason) = restored {
            let status = ResourceStatus::UpdateFailed;
            run.change(|stack| stack.move_resource(logical_id, status, Some(&reason), |_| ()));
            failed.push(logical_id.clone());
        }
    }
    if !failed.is_empty() {
        let reason = failed_to("update", &failed);
        run.change(|stack| stack.move_to(StackStatus::UpdateRollbackFailed, Some(&reason)));
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
        stack.move_to(StackStatus::UpdateRollbackCompleteCleanupInProgress, None);
    });
    clean_up(run, StackStatus::UpdateRollbackComplete).await;
}

/// The resources that exist, each after those that it depends on.
fn existing_in_order(version: &Version) -> Vec<(String, Record)> {
    let mut records: BTreeMap<String, Record> = version.existing_records().into_iter().collect();
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

fn skip_resource(run: &Run, logical_id: &str) {
    let (status, reason) = (ResourceStatus::UpdateComplete, Some("Skipped by the user"));
    run.change(|stack| stack.move_resource(logical_id, status, reason, |_| ()));
}

/// Restores a resource to its state before the update.
async fn restore(run: &Run, logical_id: &str, old: &Record) -> Result<(), String> {
    let now = run.read(|stack| stack.current.resources.get(logical_id).cloned());
    if let Some(now) = now.filter(|now| now.physical_id == old.physical_id) {
        let touched =
            now.properties != old.properties || now.status == ResourceStatus::UpdateInProgress;
        if touched {
            revert(run, logical_id, old, &now).await?;
        } else if now.status.is_complete() {
            // Only the record differs: in its policies and dependencies.
            run.change(|stack| {
                let resources = &mut stack.current.resources;
                resources.insert(logical_id.to_owned(), old.clone())
            });
            return Ok(());
        }
    }
    run.change(|stack| {
        let status = ResourceStatus::UpdateComplete;
        stack.move_resource(logical_id, status, None, |record| *record = old.clone());
    });
    Ok(())
}

/// Restores the old properties of the resource in its service.
async fn revert(run: &Run, logical_id: &str, old: &Record, now: &Record) -> Result<(), String> {
    let status = ResourceStatus::UpdateInProgress;
    run.change(|stack| stack.move_resource(logical_id, status, None, |_| ()));
    run.account.faults.strike(Operation::Rollback, logical_id)?;
    let request = run.request(logical_id, old);
    resources::update(&request, &now.properties).await?;
    resources::settle(&request).await.map(|_| ())
}
