use crate::Error;
use crate::aws::{Clients, all_stacks, find, resources, values};
use crate::model::{
    Stack, StackDetails, StackReport, StackState, owned_parameters, parameters_handed_over,
    parameters_read, read_at_run_time,
};

/// Reports the stack, with its resources and the SSM parameters that it reads and writes.
pub async fn status(clients: &Clients, stack: &Stack) -> Result<StackReport, Error> {
    let details = match find(clients, &stack.name).await? {
        Some(state) => Some(details(clients, state).await?),
        None => None,
    };
    Ok(StackReport {
        stack_name: stack.name.to_string(),
        details,
    })
}

async fn details(clients: &Clients, state: StackState) -> Result<StackDetails, Error> {
    let resources = resources(clients, &state.id).await?;
    let owned: Vec<_> = owned_parameters(&resources).map(str::to_owned).collect();
    // Without parameters of its own the stack has no readers among the others.
    let stacks = if owned.is_empty() {
        Vec::new()
    } else {
        all_stacks(clients).await?
    };
    let read = state.parameters.iter().filter(|p| p.resolved.is_some());
    let read = read
        .map(|p| p.value.clone())
        .chain(read_at_run_time(&state));
    let names: Vec<_> = read.chain(owned).collect();
    let now = values(clients, &names).await?;
    Ok(StackDetails {
        reads: parameters_read(&state, &now),
        hands_over: parameters_handed_over(&state.name, &resources, &stacks, &now),
        state,
        resources,
    })
}
