use super::delete::delete;
use super::inspect_losses::inspect_losses;
use super::latest::latest_failure;
use super::wait_for_others::wait_until_idle;
use super::{Options, ensure_unused, protection};
use crate::aws::{Clients, resources};
use crate::model::{Resource, Stack, StackState, owned_parameters};
use crate::{Error, render};

/// Deletes the stack with everything in it, and follows the deletion to its end.
///
/// Returns the stack as it was, or `None` if it did not exist.
pub async fn destroy(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let output = options.output;
    let Some(state) = wait_until_idle(clients, stack, options).await? else {
        output.result(&format!("{} does not exist", stack.name));
        return Ok(None);
    };
    protection::ensure_off(stack, &state)?;
    show_failed_attempt(clients, stack, &state, options).await?;
    let resources = resources(clients, &state.id).await?;
    if !options.force {
        let parameters: Vec<_> = owned_parameters(&resources).collect();
        ensure_unused(clients, &state.name, &parameters).await?;
    }
    approve(clients, stack, &state, &resources, options).await?;
    delete(clients, stack, &state, resources.len(), options).await?;
    output.result(&format!("✅  {} is deleted", stack.name));
    Ok(Some(state))
}

/// Says why the stack could not be deleted before.
async fn show_failed_attempt(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    options: &Options,
) -> Result<(), Error> {
    if !state.status.is_failed_deletion() {
        return Ok(());
    }
    if let Some(failure) = latest_failure(clients, stack, state).await? {
        options.output.progress(&failure.to_string());
    }
    Ok(())
}

/// Shows what is lost, and returns when it is approved.
async fn approve(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    resources: &[Resource],
    options: &Options,
) -> Result<(), Error> {
    let output = options.output;
    output.progress(&render::destruction(&state.name, resources));
    let lost: Vec<_> = resources.iter().map(Into::into).collect();
    let losses = inspect_losses(clients, stack, &state.id, &lost, output).await;
    let reason = format!("{} would be deleted", state.name);
    let question = render::question_of_destruction(&losses);
    options.approval.of_risk(&reason, &question).await
}
