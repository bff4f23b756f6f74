use crate::dependents::{ensure_unused, handed_over};
use crate::loss::show_losses;
use crate::state::{Resource, resources};
use crate::{
    Clients, Error, Options, Output, Stack, StackState, change_set, events, find, protection,
    render,
};

/// Deletes the stack with all that is in it, and follows it to the end.
///
/// Returns the stack as it stood, or nothing when there was none.
pub async fn destroy(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Option<StackState>, Error> {
    let output = options.output;
    let Some(state) = find(clients, &stack.name).await? else {
        output.result(&format!("{} does not exist", stack.name));
        return Ok(None);
    };
    state.ensure_settled()?;
    protection::ensure_off(&state)?;
    let resources = resources(clients, &state.id).await?;
    if !options.force {
        let parameters: Vec<_> = handed_over(&resources).collect();
        ensure_unused(clients, &state.name, &parameters).await?;
    }
    approve(clients, &state, &resources, options).await?;
    delete(clients, &state.id, output).await?;
    output.result(&format!("✅  {} is deleted", stack.name));
    Ok(Some(state))
}

/// Deletes a stack by its ARN and follows it to the end.
pub(crate) async fn delete(clients: &Clients, stack_id: &str, output: Output) -> Result<(), Error> {
    let token = change_set::unique_name("destroy");
    clients
        .cloudformation
        .delete_stack()
        .stack_name(stack_id)
        .client_request_token(&token)
        .send()
        .await?;
    events::follow(clients, stack_id, &token, output).await
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
