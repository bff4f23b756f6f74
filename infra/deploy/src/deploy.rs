use crate::recover::recover;
use crate::{
    Clients, Error, Options, Output, Plan, Stack, StackState, change_set, discard, events, find,
    render,
};

/// A stack that stands as its template says.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// The stack.
    pub state: StackState,
    /// Whether the deployment changed anything.
    pub changed: bool,
}

/// What a deployment may go on with.
#[derive(Debug)]
pub enum Approved {
    /// Changes to which somebody said yes: to be executed, or discarded.
    Changes(Plan),
    /// The stack stands as its template says.
    Unchanged(StackState),
}

/// Brings the stack to what its template says, and follows it until it settles.
pub async fn deploy(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Deployed, Error> {
    let approved = approve(clients, stack, options).await?;
    execute(clients, stack, approved, options.output).await
}

/// Makes the change set, shows it and has it approved.
///
/// Whatever is not approved is deleted again, with the stack that exists only because of it.
pub async fn approve(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Approved, Error> {
    let existing = recover(clients, stack.name, options.output).await?;
    let plan = change_set::create(clients, stack, existing.as_ref(), &options.parameters).await?;
    let plan = match (plan, existing) {
        (Some(plan), _) => plan,
        (None, Some(state)) => return Ok(Approved::Unchanged(state)),
        (None, None) => {
            return Err(Error::ChangeSetFailed {
                stack: stack.name.to_owned(),
                reason: "the template has no resources".to_owned(),
            });
        }
    };
    options
        .output
        .progress(&render::changes(stack.name, &plan.changes));
    match options.approval.confirm("Deploy these changes?").await {
        Ok(()) => Ok(Approved::Changes(plan)),
        Err(refusal) => {
            discard(clients, plan).await?;
            Err(refusal)
        }
    }
}

/// Executes what was approved, follows it until the stack settles, and shows the outputs.
pub async fn execute(
    clients: &Clients,
    stack: &Stack,
    approved: Approved,
    output: Output,
) -> Result<Deployed, Error> {
    let deployed = match approved {
        Approved::Unchanged(state) => Deployed {
            state,
            changed: false,
        },
        Approved::Changes(plan) => Deployed {
            state: run(clients, stack, &plan, output).await?,
            changed: true,
        },
    };
    output.result(&render::deployed(&deployed));
    Ok(deployed)
}

async fn run(
    clients: &Clients,
    stack: &Stack,
    plan: &Plan,
    output: Output,
) -> Result<StackState, Error> {
    let token = change_set::unique_name("deploy");
    clients
        .cloudformation
        .execute_change_set()
        .change_set_name(&plan.change_set_id)
        .stack_name(&plan.stack_id)
        .client_request_token(&token)
        .send()
        .await?;
    events::follow(clients, &plan.stack_id, &token, output).await?;
    find(clients, &plan.stack_id)
        .await?
        .ok_or_else(|| Error::Vanished {
            stack: stack.name.to_owned(),
        })
}
