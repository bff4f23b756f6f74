use super::Options;
use crate::Error;
use crate::aws::{Clients, delete_stack, wait_until_gone};
use crate::follow::{Operation, follow};
use crate::model::{OperationEvents, Stack, StackState};

/// Deletes a stack by its ARN and follows the deletion to its end. Returns the stack that has the
/// name afterwards, if somebody created it again.
pub(super) async fn delete(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    expected: usize,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let retain = if state.status.is_failed_deletion() {
        options.retain.as_slice()
    } else {
        &[]
    };
    let token = delete_stack(clients, &state.id, retain).await?;
    let operation = Operation {
        stack_id: &state.id,
        events: OperationEvents::WithTokens(vec![token]),
        template: stack.template,
        expected,
    };
    follow(clients, operation, options.output, &options.following).await?;
    wait_until_gone(clients, &stack.name, &state.id).await
}
