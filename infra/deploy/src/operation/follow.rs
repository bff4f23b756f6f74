//! The command `follow`.

use super::Options;
use super::latest::latest_operation;
use crate::Error;
use crate::aws::{Clients, find};
use crate::follow::{Operation, follow};
use crate::model::{OperationEvents, Stack, timestamp};
use crate::render::Shown;

/// Follows the running operation on the stack, whoever started it. If none is running, prints the
/// result of the latest one.
pub async fn attach(clients: &Clients, stack: &Stack, options: &Options) -> Result<(), Error> {
    let output = options.output;
    let Some(state) = find(clients, &stack.name).await? else {
        output.result(&format!("{} does not exist", stack.name));
        return Ok(());
    };
    let status = match latest_operation(clients, &state.id).await? {
        Some(latest) if !latest.status.is_settled() => {
            let operation = Operation {
                stack_id: &state.id,
                events: OperationEvents::From(latest.start.event_id),
                template: stack.template,
                expected: 0,
            };
            follow(clients, operation, output, &options.following).await?
        }
        Some(latest) => {
            let started = timestamp(latest.start.time);
            let status = latest.outcome(stack, &state.id)?;
            output.progress(&format!(
                "Nothing is running on {}; the latest operation started {started}",
                stack.name
            ));
            status
        }
        None => {
            output.progress(&format!("Nothing is running on {}", stack.name));
            state.status
        }
    };
    let status = Shown(status);
    output.result(&format!("✅  {} is in {status}", stack.name));
    Ok(())
}
