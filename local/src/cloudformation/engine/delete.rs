//! The deletion of a stack.

use std::sync::Arc;

use super::delete_all::delete_all;
use super::reason::failed_to;
use super::run::Run;
use crate::account::{Account, State};
use crate::aws::now;
use crate::cloudformation::model::{Record, Stack, StackStatus};

/// How many deleted stacks can still be described. AWS keeps them for 90 days instead.
const DELETED_STACKS: usize = 20;

/// Deletes the stack: its resources in reverse order, except those that it retains.
pub(crate) async fn delete(account: Arc<Account>, stack_id: String) {
    let Some(run) = Run::new(account, stack_id) else {
        return;
    };
    let (records, retain) =
        run.read(|stack| (stack.current.existing_records(), stack.retain.clone()));
    let (garbage, replaced) = run.read(|stack| (stack.garbage.clone(), superseded(stack)));
    let keep = |logical_id: &str, record: &Record| {
        retain.iter().any(|name| name == logical_id) || record.is_retained(false)
    };
    let mut failed = delete_all(&run, garbage, keep).await;
    failed.append(&mut delete_all(&run, replaced, keep).await);
    failed.append(&mut delete_all(&run, records, keep).await);
    run.change(|stack| {
        if failed.is_empty() || stack.failure.force_delete {
            stack.deleted = Some(now());
            stack.current.outputs.clear();
            stack.garbage.clear();
            stack.previous = None;
            stack.move_to(StackStatus::DeleteComplete, None);
        } else {
            let reason = failed_to("delete", &failed);
            stack.move_to(StackStatus::DeleteFailed, Some(&reason));
        }
    });
    run.account.change(forget_old_stacks);
}

/// Resources of the previous version that a failed rollback did not restore. The current version
/// lists their replacements, so they would be missed.
fn superseded(stack: &Stack) -> Vec<(String, Record)> {
    let Some(previous) = &stack.previous else {
        return Vec::new();
    };
    let mut records = previous.existing_records();
    records.retain(|(name, old)| {
        let kept = stack.current.resources.get(name);
        kept.is_none_or(|kept| kept.physical_id != old.physical_id)
    });
    records
}

fn forget_old_stacks(state: &mut State) {
    let deleted = state
        .stacks
        .iter()
        .filter(|stack| stack.is_deleted())
        .count();
    let mut surplus = deleted.saturating_sub(DELETED_STACKS);
    state.stacks.retain(|stack| {
        let forgotten = stack.is_deleted() && surplus > 0;
        surplus -= usize::from(forgotten);
        !forgotten
    });
}
