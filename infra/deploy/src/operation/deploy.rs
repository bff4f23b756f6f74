//! A deployment: prepared, approved and executed.
//!
//! The preparation comes before the approval and recovers a stack that is stuck (`recover.rs`). Until
//! the approval no change of the template is made.

use super::change_set::{Deployment, plan};
use super::inspect_losses::inspect_losses;
use super::recover::recover;
use super::wait_for_others::wait_until_idle;
use super::{Options, protection};
use crate::aws::{
    Clients, Described, discard, execute_change_set, find_change_set, wait_for_description,
};
use crate::follow::{Operation, follow};
use crate::model::{Deployed, OperationEvents, Plan, Prepared, Stack, StackState, UnexecutedPlan};
use crate::{Error, render};

/// Creates or updates the stack as its template says, and follows it to the end.
pub async fn deploy(
    clients: &Clients,
    stack: &Stack,
    options: &Options,
) -> Result<Deployed, Error> {
    // Boxed, so that these large futures are not a part of the callers' own.
    let approved = Box::pin(approve(clients, stack, options)).await?;
    Box::pin(execute(clients, stack, approved, options)).await
}

/// Creates the change set, shows it and asks for approval.
///
/// Without approval the change set is deleted, with the stack if that exists only because of it.
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
        approved_or_discarded(clients, stack, plan, options).await?,
    ))
}

/// Creates the change set and shows it, to be executed later.
pub async fn create_plan(clients: &Clients, stack: &Stack, options: &Options) -> Result<(), Error> {
    match prepare(clients, stack, options).await? {
        Prepared::Changes(plan) => options.output.show(&UnexecutedPlan {
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

/// Shows a change set that was created earlier, asks for approval and executes it.
pub async fn execute_plan(
    clients: &Clients,
    stack: &Stack,
    name: &str,
    options: &Options,
) -> Result<Deployed, Error> {
    let approved = approve_plan(clients, stack, name, options).await?;
    execute(clients, stack, approved, options).await
}

/// Shows a change set that was created earlier and asks for approval; without approval it stays.
pub async fn approve_plan(
    clients: &Clients,
    stack: &Stack,
    name: &str,
    options: &Options,
) -> Result<Prepared, Error> {
    let Some(state) = wait_until_idle(clients, stack, options).await? else {
        return Err(Error::NoStack {
            stack: stack.name.to_string(),
        });
    };
    let plan = find_change_set(clients, stack, &state, name).await?;
    options
        .output
        .progress(&render::changes(&stack.name, &plan.changes));
    ensure_approved(clients, stack, &plan, options).await?;
    Ok(Prepared::Changes(plan))
}

/// Executes what was approved, follows it to the end, and shows the outputs.
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

/// Recovers the stack if it is stuck, creates the change set and shows it.
async fn prepare(clients: &Clients, stack: &Stack, options: &Options) -> Result<Prepared, Error> {
    let existing = recover(clients, stack, options).await?;
    let deployment = Deployment {
        existing: existing.as_ref(),
        given: &options.parameters,
        revert_drift: options.revert_drift,
        express: options.express,
    };
    let plan = match (plan(clients, stack, deployment).await?, existing) {
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

/// The change set if it is approved; otherwise it is deleted.
pub(super) async fn approved_or_discarded(
    clients: &Clients,
    stack: &Stack,
    plan: Plan,
    options: &Options,
) -> Result<Plan, Error> {
    match ensure_approved(clients, stack, &plan, options).await {
        Ok(()) => Ok(plan),
        Err(refusal) => {
            discard(clients, plan).await?;
            Err(refusal)
        }
    }
}

/// Shows what is lost, and returns when it is approved.
async fn ensure_approved(
    clients: &Clients,
    stack: &Stack,
    plan: &Plan,
    options: &Options,
) -> Result<(), Error> {
    let lost = plan
        .changes
        .iter()
        .filter(|change| change.destroys().is_some());
    let lost: Vec<_> = lost.map(Into::into).collect();
    inspect_losses(clients, stack, &plan.stack_id, &lost, options.output).await;
    options
        .approval
        .of_changes(&plan.changes, "Deploy these changes?")
        .await
}

/// Executes the change set and follows it to the end.
pub(super) async fn run(
    clients: &Clients,
    stack: &Stack,
    plan: &Plan,
    options: &Options,
) -> Result<StackState, Error> {
    let token = execute_change_set(clients, plan).await?;
    let operation = Operation {
        stack_id: &plan.stack_id,
        events: OperationEvents::WithTokens(vec![token]),
        template: stack.template,
        expected: plan.changes.len(),
    };
    let status = follow(clients, operation, options.output, &options.following).await?;
    let described = wait_for_description(clients, &plan.stack_id, &status).await?;
    let Some(Described { mut state, lags }) = described else {
        return Err(Error::Vanished {
            stack: stack.name.to_string(),
        });
    };
    if lags {
        state.parameters.clone_from(&plan.parameters);
        options
            .output
            .progress(&render::lagging_description(&state.name));
    }
    Ok(state)
}
