//! Attaching to an operation that somebody else has begun, or that has already ended.

use std::collections::HashSet;

use crate::events::{Since, failures, has_succeeded, latest_beginning, unseen};
use crate::follow::{Operation, follow};
use crate::state::second_of;
use crate::{Clients, Error, FailedOperation, Options, Stack, StackState, find};

/// Follows what runs on the stack, and ends with its result; where nothing runs, with that of the
/// operation before.
pub async fn attach(clients: &Clients, stack: &Stack, options: &Options) -> Result<(), Error> {
    let output = options.output;
    let Some(state) = find(clients, &stack.name).await? else {
        output.result(&format!("{} does not exist", stack.name));
        return Ok(());
    };
    let beginning = latest_beginning(clients, &state.id).await?;
    let status = match (state.is_in_progress(), beginning) {
        (true, Some(beginning)) => {
            let operation = Operation {
                stack_id: &state.id,
                since: Since::Event(beginning.event_id),
                template: stack.template,
                expected: 0,
            };
            follow(clients, operation, output, &options.following).await?;
            // The name is that of another stack, or of none, after a deletion.
            find(clients, &state.id).await?.map(|state| state.status)
        }
        (_, beginning) => {
            if let Some(failure) = last_failure(clients, stack, &state).await? {
                return Err(failure);
            }
            let since = beginning.map(|beginning| second_of(beginning.time));
            let since = since.map_or_else(String::new, |time| format!(", begun {time}"));
            output.progress(&format!("Nothing runs on {}{since}", stack.name));
            Some(state.status)
        }
    };
    let status = status.unwrap_or_else(|| "DELETE_COMPLETE".to_owned());
    output.result(&format!("✅  {} is in {status}", stack.name));
    Ok(())
}

/// How the last operation on a stack failed, if it did.
pub(crate) async fn last_failure(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
) -> Result<Option<Error>, Error> {
    let Some(beginning) = latest_beginning(clients, &state.id).await? else {
        return Ok(None);
    };
    let since = Since::Event(beginning.event_id);
    let events = unseen(clients, &state.id, &since, &mut HashSet::new()).await?;
    if has_succeeded(&state.id, &events, &state.status) {
        return Ok(None);
    }
    Ok(Some(Error::Failed(Box::new(FailedOperation {
        stack: state.name.clone(),
        status: state.status.clone(),
        ended: None,
        failures: failures(&state.id, &events, stack.template),
        testimony: None,
    }))))
}
