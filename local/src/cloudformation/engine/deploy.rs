//! A creation or an update of a stack, from its first resource to its last event.

use std::sync::Arc;

use super::cleanup::clean_up;
use super::results::{Results, results};
use super::rollback::roll_back;
use super::run::Run;
use super::timeout::forward_in_time;
use crate::account::Account;
use crate::cloudformation::model::{Record, StackStatus, Version};

/// Carries out the creation or the update that [`super::start`] has written into the stack.
pub(crate) async fn deploy(account: Arc<Account>, stack_id: String) {
    let Some(run) = Run::new(account, stack_id) else {
        return;
    };
    let done = match forward_in_time(&run).await {
        Ok(()) => results(&run),
        Err(reason) => Err(reason),
    };
    match done {
        Ok(results) => complete(&run, results).await,
        Err(reason) => roll_back(&run, &reason).await,
    }
}

/// Writes the outputs, and deletes the resources that the update no longer needs.
async fn complete(run: &Run, results: Results) {
    let updated = run.change(|stack| {
        stack.current.outputs = results.outputs;
        stack.current.imports = results.imports;
        let Some(previous) = stack.previous.take() else {
            stack.move_to(StackStatus::CreateComplete, None);
            return false;
        };
        let wanted = |name: &str| results.wanted.contains(name);
        stack.garbage = left_behind(&previous, &stack.current, wanted);
        stack.current.resources.retain(|name, _| wanted(name));
        stack.move_to(StackStatus::UpdateCompleteCleanupInProgress, None);
        true
    });
    if updated {
        clean_up(run, StackStatus::UpdateComplete).await;
    }
}

/// The resources of `before` that the update has replaced or removed.
fn left_behind(
    before: &Version,
    after: &Version,
    wanted: impl Fn(&str) -> bool,
) -> Vec<(String, Record)> {
    let replaced = |name: &str, record: &Record| {
        after
            .resources
            .get(name)
            .is_some_and(|kept| kept.physical_id != record.physical_id)
    };
    let mut records = before.existing_records();
    records.retain(|(name, record)| !wanted(name) || replaced(name, record));
    records
}
