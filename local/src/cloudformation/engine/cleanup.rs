//! The cleanup at the end of an update or of its rollback.

use std::collections::BTreeSet;

use super::delete_all::delete_all;
use super::reason::failed_to;
use super::run::Run;
use crate::cloudformation::model::{Record, StackStatus};

/// Deletes the resources that are no longer needed and moves the stack to `status`. If a deletion
/// fails, the stack does not fail.
pub(super) async fn clean_up(run: &Run, status: StackStatus) {
    let (garbage, in_stack) = run.read(|stack| {
        let names: BTreeSet<String> = stack.current.resources.keys().cloned().collect();
        (stack.garbage.clone(), names)
    });
    let creating = status == StackStatus::UpdateRollbackComplete;
    let deletes = creating && run.read(|stack| stack.failure.retain_except_on_create);
    let keep = |name: &str, record: &Record| {
        if deletes {
            false
        } else if in_stack.contains(name) {
            record.is_retained_on_replacement()
        } else {
            record.is_retained(creating)
        }
    };
    let failed = delete_all(run, garbage, keep).await;
    let reason = (!failed.is_empty()).then(|| failed_to("delete", &failed));
    run.change(|stack| {
        stack.garbage.clear();
        stack.policy_during_update = None;
        stack.move_to(status, reason.as_deref());
    });
}
