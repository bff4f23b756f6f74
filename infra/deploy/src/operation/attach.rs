//! Attaching to an operation that somebody else has begun, or that has already ended.

use std::collections::HashSet;

use crate::events::{
    Beginning, Event, Since, failures, has_succeeded, is_settled, latest_beginning, unseen,
};
use crate::follow::{Operation, follow};
use crate::render::Shown;
use crate::state::second_of;
use crate::{Clients, Error, FailedOperation, Options, Stack, StackState, find};

/// Follows what runs on the stack, and ends with its result; where nothing runs, with that of the
/// operation before.
///
/// Whether something runs is in the events, which `DescribeStacks` can lag behind.
pub async fn attach(clients: &Clients, stack: &Stack, options: &Options) -> Result<(), Error> {
    let output = options.output;
    let Some(state) = find(clients, &stack.name).await? else {
        output.result(&format!("{} does not exist", stack.name));
        return Ok(());
    };
    let status = match latest_operation(clients, &state.id).await? {
        Some(latest) if !is_settled(&latest.status) => {
            let operation = Operation {
                stack_id: &state.id,
                since: Since::Event(latest.beginning.event_id),
                template: stack.template,
                expected: 0,
            };
            follow(clients, operation, output, &options.following).await?
        }
        Some(latest) => {
            let begun = second_of(latest.beginning.time);
            let status = latest.ended(stack, &state.id)?;
            output.progress(&format!("Nothing runs on {}, begun {begun}", stack.name));
            status
        }
        None => {
            output.progress(&format!("Nothing runs on {}", stack.name));
            state.status
        }
    };
    let status = Shown(status);
    output.result(&format!("✅  {} is in {status}", stack.name));
    Ok(())
}

/// How the last operation on a stack failed, if it did.
pub(crate) async fn last_failure(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
) -> Result<Option<Error>, Error> {
    let latest = latest_operation(clients, &state.id).await?;
    let ended = latest.filter(|latest| is_settled(&latest.status));
    Ok(ended.and_then(|latest| latest.ended(stack, &state.id).err()))
}

/// The latest operation on a stack.
struct Latest {
    beginning: Beginning,
    events: Vec<Event>,
    /// The status of the stack in its latest event.
    status: String,
}

async fn latest_operation(clients: &Clients, stack_id: &str) -> Result<Option<Latest>, Error> {
    let Some(beginning) = latest_beginning(clients, stack_id).await? else {
        return Ok(None);
    };
    let since = Since::Event(beginning.event_id.clone());
    let events = unseen(clients, stack_id, &since, &mut HashSet::new()).await?;
    let of_stack = events.iter().rfind(|event| event.is_of_stack(stack_id));
    let status = of_stack.map_or_else(String::new, |event| event.status.clone());
    Ok(Some(Latest {
        beginning,
        events,
        status,
    }))
}

impl Latest {
    /// The status in which it has succeeded, or how it has failed.
    fn ended(self, stack: &Stack, stack_id: &str) -> Result<String, Error> {
        if has_succeeded(stack_id, &self.events, &self.status) {
            return Ok(self.status);
        }
        Err(Error::Failed(Box::new(FailedOperation {
            stack: stack.name.to_string(),
            status: self.status,
            ended: None,
            failures: failures(stack_id, &self.events, stack.template),
            testimony: None,
        })))
    }
}
