use super::delete::delete;
use super::inspect_losses::inspect_losses;
use super::latest::latest_failure;
use super::wait_for_others::wait_until_idle;
use super::{Options, dependents, ensure_unused, protection};
use crate::aws::{Clients, existing, resources_ever};
use crate::model::{Dependent, Resource, Stack, StackState, owned_parameters};
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
    let ever = resources_ever(clients, &state.id).await?;
    let users = users(clients, &state.name, &ever, options).await?;
    let resources = existing(ever);
    approve(clients, stack, &state, &resources, options).await?;
    let deleted = delete(clients, stack, &state, resources.len(), options).await;
    deleted.map_err(|err| with_users(err, &users))?;
    output.result(&format!("✅  {} is deleted", stack.name));
    Ok(Some(state))
}

/// The stacks that read the parameters of this one. Without `--force` there may be none.
///
/// After a deletion that failed, the parameters may be gone while the rest of the stack is still used.
async fn users(
    clients: &Clients,
    stack: &str,
    resources: &[Resource],
    options: &Options,
) -> Result<Vec<Dependent>, Error> {
    let parameters: Vec<_> = owned_parameters(resources).collect();
    if options.force {
        let users = dependents::users(clients, stack, &parameters).await;
        return Ok(users.unwrap_or_default());
    }
    ensure_unused(clients, stack, &parameters).await?;
    Ok(Vec::new())
}

/// The failure of the deletion, with the stacks that still use this one.
fn with_users(err: Error, users: &[Dependent]) -> Error {
    match err {
        Error::Failed(mut failed) if !users.is_empty() => {
            let findings = render::still_used(users);
            failed.findings.get_or_insert(findings);
            Error::Failed(failed)
        }
        err => err,
    }
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
