use crate::dependents::{dependents, handed_over};
use crate::state::{Resource, all, resources};
use crate::{
    Approval, Clients, Error, Output, Stack, StackState, change_set, events, find, render,
};

/// Deletes the stack with all that is in it, and follows it to the end.
///
/// Returns the stack as it stood, or nothing when there was none.
pub async fn destroy(
    clients: &Clients,
    stack: &Stack,
    approval: Approval,
    output: Output,
) -> Result<Option<StackState>, Error> {
    let Some(state) = find(clients, stack.name).await? else {
        output.result(&format!("{} does not exist", stack.name));
        return Ok(None);
    };
    state.ensure_settled()?;
    let resources = resources(clients, &state.id).await?;
    ensure_unused(clients, &state, &resources).await?;
    output.progress(&render::destruction(stack.name, &resources));
    approval.confirm("Delete all of this?").await?;
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

async fn ensure_unused(
    clients: &Clients,
    state: &StackState,
    resources: &[Resource],
) -> Result<(), Error> {
    if handed_over(resources).next().is_none() {
        return Ok(());
    }
    let dependents = dependents(&state.id, resources, &all(clients).await?);
    if dependents.is_empty() {
        return Ok(());
    }
    Err(Error::InUse {
        stack: state.name.clone(),
        dependents,
    })
}
