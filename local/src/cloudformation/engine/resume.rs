//! Resumes operations that were interrupted when the local AWS stopped.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::cleanup::clean_up;
use super::delete::delete;
use super::rollback::roll_back;
use super::run::Run;
use crate::account::{Account, State};
use crate::cloudformation::model::StackStatus;

/// Resumes every interrupted operation; the set is empty when all of them have ended.
pub(crate) fn resume(account: &Arc<Account>) -> JoinSet<()> {
    let busy = |state: &State| -> Vec<String> {
        let busy = state.stacks.iter().filter(|stack| stack.status.is_busy());
        busy.map(|stack| stack.id.clone()).collect()
    };
    account
        .read(busy)
        .into_iter()
        .map(|stack_id| resume_stack(Arc::clone(account), stack_id))
        .collect()
}

/// Finishes a deletion or a cleanup, and rolls everything else back.
async fn resume_stack(account: Arc<Account>, stack_id: String) {
    let Some(run) = Run::new(Arc::clone(&account), stack_id.clone()) else {
        return;
    };
    match run.read(|stack| stack.status) {
        StackStatus::DeleteInProgress => delete(account, stack_id).await,
        StackStatus::UpdateCompleteCleanupInProgress => {
            clean_up(&run, StackStatus::UpdateComplete).await;
        }
        StackStatus::UpdateRollbackCompleteCleanupInProgress => {
            clean_up(&run, StackStatus::UpdateRollbackComplete).await;
        }
        _ => roll_back(&run, "The operation was cut off.").await,
    }
}
