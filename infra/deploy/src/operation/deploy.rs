use serde::Serialize;

use crate::change_set::{Request, find_plan};
use crate::described::{Described, settled};
use crate::events::Since;
use crate::follow::{Operation, follow};
use crate::loss::show_losses;
use crate::recover::{quiet, recover};
use crate::{
    Clients, Error, Options, Plan, Stack, StackState, change_set, discard, protection, render,
};

/// A stack that stands as its template says.
#[derive(Debug, Clone, Serialize)]
pub struct Deployed {
    /// The stack.
    #[serde(flatten)]
    pub state: StackState,
    /// Whether the deployment changed anything.
    #[serde(rename = "Changed")]
    pub changed: bool,
}

/// What a deployment comes to, before anything is done.
#[derive(Debug)]
pub enum Prepared {
    /// Changes: to be executed, left or discarded.
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
    // Boxed, so that callers do not carry these large futures in theirs.
    let approved = Box::pin(approve(clients, stack, options)).await?;
    Box::pin(execute(clients, stack, approved, options)).await
}

/// Makes the change set, shows it and has it approved.
///
/// Whatever is not approved is deleted again, with the stack that exists only because of it.
pub async fn approve(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Prepared, Error> {
    let plan = match prepare(clients, stack, options).await? {
        Prepared::Changes(plan) => plan,
        unchanged @ Prepared::Unchanged(_) => return Ok(unchanged),
    };
    Ok(Prepared::Changes(
        approved_or_discarded(clients, plan, options).await?,
    ))
}

/// Makes the change set, shows it, and leaves it to be executed later.
pub async fn leave(clients: &Clients, stack: &Stack, options: &Options) -> Result<(), Error> {
    match prepare(clients, stack, options).await? {
        Prepared::Changes(plan) => options.output.show(&render::Left {
            stack: stack.name.to_string(),
            plan,
        }),
        Prepared::Unchanged(state) => options.output.show(&Deployed {
            state,
            changed: false,
        }),
    }
    Ok(())
}

/// Shows a change set that was left earlier, has it approved and executes it.
pub async fn execute_plan(
    clients: &Clients,
    stack: &Stack,
    name: &str,
    options: &Options,
) -> Result<Deployed, Error> {
    let approved = approve_plan(clients, stack, name, options).await?;
    execute(clients, stack, approved, options).await
}

/// Shows a change set that was left earlier and has it approved; without that it stays.
pub async fn approve_plan(
    clients: &Clients,
    stack: &Stack,
    name: &str,
    options: &Options,
) -> Result<Prepared, Error> {
    let Some(state) = quiet(clients, stack, options).await? else {
        return Err(Error::NoStack {
            stack: stack.name.to_string(),
        });
    };
    let plan = find_plan(clients, stack, &state, name).await?;
    options
        .output
        .progress(&render::changes(&stack.name, &plan.changes));
    approved(clients, &plan, options).await?;
    Ok(Prepared::Changes(plan))
}

/// Executes what was approved, follows it until the stack settles, and shows the outputs.
pub async fn execute(
    clients: &Clients,
    stack: &Stack,
    approved: Prepared,
    options: &Options,
) -> Result<Deployed, Error> {
    let (mut state, changed) = match approved {
        Prepared::Unchanged(state) => (state, false),
        Prepared::Changes(plan) => (run(clients, stack, &plan, options).await?, true),
    };
    protection::set(clients, &mut state, options).await?;
    let deployed = Deployed { state, changed };
    options.output.show(&deployed);
    Ok(deployed)
}

/// Makes the change set and shows it.
async fn prepare(clients: &Clients, stack: &Stack, options: &Options) -> Result<Prepared, Error> {
    let existing = recover(clients, stack, options).await?;
    let request = Request {
        existing: existing.as_ref(),
        given: &options.parameters,
        revert_drift: options.revert_drift,
        express: options.express,
    };
    let plan = match (change_set::create(clients, stack, request).await?, existing) {
        (Some(plan), _) => plan,
        (None, Some(state)) => return Ok(Prepared::Unchanged(state)),
        (None, None) => {
            return Err(Error::ChangeSetFailed {
                stack: stack.name.to_string(),
                reason: "the template has no resources".to_owned(),
            });
        }
    };
    options
        .output
        .progress(&render::changes(&stack.name, &plan.changes));
    Ok(Prepared::Changes(plan))
}

/// The change set, when it is approved; else it is deleted.
pub(crate) async fn approved_or_discarded(
    clients: &Clients,
    plan: Plan,
    options: &Options,
) -> Result<Plan, Error> {
    match approved(clients, &plan, options).await {
        Ok(()) => Ok(plan),
        Err(refusal) => {
            discard(clients, plan).await?;
            Err(refusal)
        }
    }
}

/// Says what is lost, and returns when that is approved.
async fn approved(clients: &Clients, plan: &Plan, options: &Options) -> Result<(), Error> {
    let lost = plan
        .changes
        .iter()
        .filter(|change| change.destroys().is_some());
    let lost: Vec<_> = lost.map(Into::into).collect();
    show_losses(clients, &plan.stack_id, &lost, options.output).await;
    options
        .approval
        .of_changes(&plan.changes, "Deploy these changes?")
        .await
}

/// Executes the change set and follows it until the stack settles.
pub(crate) async fn run(
    clients: &Clients,
    stack: &Stack,
    plan: &Plan,
    options: &Options,
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
    let operation = Operation {
        stack_id: &plan.stack_id,
        since: Since::Tokens(vec![token]),
        template: stack.template,
        expected: plan.changes.len(),
    };
    let status = follow(clients, operation, options.output, &options.following).await?;
    let described = settled(clients, &plan.stack_id, &status).await?;
    let Some(Described { mut state, lags }) = described else {
        return Err(Error::Vanished {
            stack: stack.name.to_string(),
        });
    };
    if lags {
        state.parameters.clone_from(&plan.parameters);
        options.output.progress(&render::lag(&state.name));
    }
    Ok(state)
}
