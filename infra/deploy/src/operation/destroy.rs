use crate::attach::last_failure;
use crate::dependents::{ensure_unused, handed_over};
use crate::described::gone;
use crate::events::Since;
use crate::follow::{Operation, follow};
use crate::loss::show_losses;
use crate::state::{Resource, resources};
use crate::{Clients, Error, Options, Stack, StackState, change_set, protection, recover, render};

/// Deletes the stack with all that is in it, and follows it to the end.
///
/// Returns the stack as it stood, or nothing when there was none.
pub async fn destroy(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let output = options.output;
    let Some(state) = recover::quiet(clients, stack, options).await? else {
        output.result(&format!("{} does not exist", stack.name));
        return Ok(None);
    };
    protection::ensure_off(&state)?;
    show_attempt_before(clients, stack, &state, options).await?;
    let resources = resources(clients, &state.id).await?;
    if !options.force {
        let parameters: Vec<_> = handed_over(&resources).collect();
        ensure_unused(clients, &state.name, &parameters).await?;
    }
    approve(clients, &state, &resources, options).await?;
    delete(clients, stack, &state, resources.len(), options).await?;
    output.result(&format!("✅  {} is deleted", stack.name));
    Ok(Some(state))
}

/// Deletes a stack by its ARN and follows it to the end; gives the stack that has its name then, if
/// any.
pub(crate) async fn delete(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    expected: usize,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let token = change_set::unique_name("destroy");
    // AWS takes resources to retain only after a deletion that failed.
    let retain = (state.status == "DELETE_FAILED").then(|| options.retain.clone());
    clients
        .cloudformation
        .delete_stack()
        .stack_name(&state.id)
        .set_retain_resources(retain.filter(|retain| !retain.is_empty()))
        .client_request_token(&token)
        .send()
        .await?;
    let operation = Operation {
        stack_id: &state.id,
        since: Since::Tokens(vec![token]),
        template: stack.template,
        expected,
    };
    follow(clients, operation, options.output, &options.following).await?;
    gone(clients, &stack.name, &state.id).await
}

/// Says what held the stack when it was to be deleted before.
async fn show_attempt_before(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    options: &Options,
) -> Result<(), Error> {
    if state.status != "DELETE_FAILED" {
        return Ok(());
    }
    if let Some(failure) = last_failure(clients, stack, state).await? {
        options.output.progress(&failure.to_string());
    }
    Ok(())
}

/// Shows what is lost, and returns when that is approved.
async fn approve(
    clients: &Clients,
    state: &StackState,
    resources: &[Resource],
    options: &Options,
) -> Result<(), Error> {
    let output = options.output;
    output.progress(&render::destruction(&state.name, resources));
    let lost: Vec<_> = resources.iter().map(Into::into).collect();
    let losses = show_losses(clients, &state.id, &lost, output).await;
    let reason = format!("{} would be deleted", state.name);
    let question = render::question_of_destruction(&losses);
    options.approval.of_destruction(&reason, &question).await
}
