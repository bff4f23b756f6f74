//! Rolls a failed operation back.

use std::sync::Arc;

use super::delete::delete;
use super::delete_all::delete_all;
use super::reason::failed_to;
use super::restore::restore_all;
use super::run::Run;
use crate::account::Account;
use crate::cloudformation::model::{OnFailure, Record, StackStatus, Version};

/// Rolls a failed creation or update back.
pub(super) async fn roll_back(run: &Run, reason: &str) {
    if run.read(|stack| stack.previous.is_some()) {
        roll_back_update(run, reason).await;
    } else {
        roll_back_create(run, reason).await;
    }
}

/// Rolls back a failed operation that was left as it is.
pub(crate) async fn roll_back_failed(account: Arc<Account>, stack_id: String) {
    let Some(run) = Run::new(account, stack_id) else {
        return;
    };
    if run.read(|stack| stack.previous.is_some()) {
        mark_created(&run);
        restore_all(&run, &[]).await;
    } else {
        delete_created(&run).await;
    }
}

/// Continues a failed rollback. It does not change the resources in `skip`.
pub(crate) async fn continue_rollback(account: Arc<Account>, stack_id: String, skip: Vec<String>) {
    if let Some(run) = Run::new(account, stack_id) {
        restore_all(&run, &skip).await;
    }
}

async fn roll_back_create(run: &Run, reason: &str) {
    match run.read(|stack| stack.on_failure) {
        OnFailure::DoNothing => {
            run.change(|stack| stack.move_to(StackStatus::CreateFailed, Some(reason)));
        }
        OnFailure::Delete => {
            let reason = format!("{reason}Delete requested by user.");
            run.change(|stack| stack.move_to(StackStatus::DeleteInProgress, Some(&reason)));
            run.account.followers.have_seen(&run.stack_id).await;
            delete(Arc::clone(&run.account), run.stack_id.clone()).await;
        }
        OnFailure::Rollback => {
            let reason = format!("{reason}Rollback requested by user.");
            run.change(|stack| stack.move_to(StackStatus::RollbackInProgress, Some(&reason)));
            run.account.followers.have_seen(&run.stack_id).await;
            delete_created(run).await;
        }
    }
}

/// Deletes the resources that the failed creation has created.
async fn delete_created(run: &Run) {
    let records = run.read(|stack| stack.current.existing_records());
    let deletes = run.read(|stack| stack.failure.retain_except_on_create);
    let keep = |_: &str, record: &Record| record.is_retained(true) && !deletes;
    let failed = delete_all(run, records, keep).await;
    run.change(|stack| {
        if failed.is_empty() {
            stack.move_to(StackStatus::RollbackComplete, None);
        } else {
            let reason = failed_to("delete", &failed);
            stack.move_to(StackStatus::RollbackFailed, Some(&reason));
        }
    });
}

async fn roll_back_update(run: &Run, reason: &str) {
    if run.read(|stack| stack.failure.disable_rollback) {
        run.change(|stack| stack.move_to(StackStatus::UpdateFailed, Some(reason)));
        return;
    }
    run.change(|stack| stack.move_to(StackStatus::UpdateRollbackInProgress, Some(reason)));
    run.account.followers.have_seen(&run.stack_id).await;
    mark_created(run);
    restore_all(run, &[]).await;
}

/// Marks the resources that the failed update has created: the cleanup deletes them.
fn mark_created(run: &Run) {
    run.change(|stack| {
        let created = stack
            .previous
            .as_deref()
            .map(|previous| created_by_update(&stack.current, previous));
        for (name, record) in created.into_iter().flatten() {
            // An earlier attempt may have scheduled it for deletion already.
            let known = stack
                .garbage
                .iter()
                .any(|(_, known)| known.physical_id == record.physical_id);
            if !known {
                stack.garbage.push((name, record));
            }
        }
    });
}

/// The resources that the failed update has created: new ones and replacements.
fn created_by_update(current: &Version, previous: &Version) -> Vec<(String, Record)> {
    let mut records = current.existing_records();
    records.retain(|(name, record)| {
        previous
            .resources
            .get(name)
            .is_none_or(|old| old.physical_id != record.physical_id)
    });
    records
}
