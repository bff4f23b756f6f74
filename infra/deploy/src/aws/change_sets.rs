//! Change sets: created, awaited, found again and deleted.

use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types::ChangeSetStatus;

use super::change_set_request::ChangeSetRequest;
use super::changes::change;
use super::text::text;
use super::validation::validation_errors;
use super::wait::delete_unreviewed;
use super::{Clients, Poll};
use crate::Error;
use crate::model::{Plan, Stack, StackState};

/// Creates a change set and waits for it; `None` if there is nothing to change.
pub(crate) async fn create_change_set(
    clients: &Clients,
    stack: &Stack,
    request: ChangeSetRequest<'_>,
) -> Result<Option<Plan>, Error> {
    let is_new_stack = request.is_new_stack;
    let call = request.call(clients, stack);
    let name = text(call.get_change_set_name().as_ref());
    let created = call
        .send()
        .await
        .map_err(|err| explain(stack, err.into()))?;
    let mut plan = Plan {
        name,
        changes: Vec::new(),
        parameters: Vec::new(),
        stack_id: text(created.stack_id.as_ref()),
        change_set_id: text(created.id.as_ref()),
        is_new_stack,
    };
    match complete(clients, stack, &mut plan).await {
        Ok(true) => Ok(Some(plan)),
        Ok(false) => discard(clients, plan).await.map(|()| None),
        Err(err) => {
            let err = with_validation_errors(clients, stack, &plan, err).await;
            // The first error is the one to report; a second one would hide it.
            let _ = discard(clients, plan).await;
            Err(err)
        }
    }
}

/// The error, with the errors of validation if they are why the change set failed.
async fn with_validation_errors(
    clients: &Clients,
    stack: &Stack,
    plan: &Plan,
    err: Error,
) -> Error {
    let Error::ChangeSetFailed { stack: name, .. } = &err else {
        return err;
    };
    let failures = validation_errors(clients, plan, stack.template).await;
    if failures.is_empty() {
        return err;
    }
    Error::Invalid {
        stack: name.clone(),
        failures,
    }
}

/// The change set with this name, which was created earlier and not executed yet.
pub(crate) async fn find_change_set(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    name: &str,
) -> Result<Plan, Error> {
    let mut plan = Plan {
        name: name.to_owned(),
        changes: Vec::new(),
        parameters: Vec::new(),
        stack_id: state.id.clone(),
        change_set_id: name.to_owned(),
        is_new_stack: false,
    };
    complete(clients, stack, &mut plan).await?;
    Ok(plan)
}

/// Deletes a change set, and its stack if that exists only because of the change set.
pub async fn discard(clients: &Clients, plan: Plan) -> Result<(), Error> {
    clients
        .cloudformation
        .delete_change_set()
        .change_set_name(&plan.change_set_id)
        .stack_name(&plan.stack_id)
        .send()
        .await?;
    if plan.is_new_stack {
        delete_unreviewed(clients, &plan.stack_id).await?;
    }
    Ok(())
}

/// Waits for the change set and completes the plan with it; false if there is nothing to change.
async fn complete(clients: &Clients, stack: &Stack, plan: &mut Plan) -> Result<bool, Error> {
    let mut page = first_page(clients, plan).await?;
    if page.status == Some(ChangeSetStatus::Failed) {
        return check_reason(stack, text(page.status_reason.as_ref())).map(|()| false);
    }
    plan.parameters = page.parameters().iter().map(Into::into).collect();
    loop {
        plan.changes
            .extend(page.changes().iter().filter_map(change));
        match page.next_token {
            Some(token) => page = describe(clients, plan, Some(token)).await?,
            None => return Ok(true),
        }
    }
}

/// The first page of the change set, once AWS has created it or failed to.
async fn first_page(clients: &Clients, plan: &Plan) -> Result<DescribeChangeSetOutput, Error> {
    let mut poll = Poll::new();
    loop {
        let page = poll.check(describe(clients, plan, None).await)?;
        let is_done = |page: &DescribeChangeSetOutput| {
            matches!(
                page.status,
                Some(ChangeSetStatus::CreateComplete | ChangeSetStatus::Failed)
            )
        };
        match page.filter(is_done) {
            Some(page) => return Ok(page),
            None => poll.pause().await,
        }
    }
}

async fn describe(
    clients: &Clients,
    plan: &Plan,
    next_token: Option<String>,
) -> Result<DescribeChangeSetOutput, Error> {
    let page = clients
        .cloudformation
        .describe_change_set()
        .change_set_name(&plan.change_set_id)
        .stack_name(&plan.stack_id)
        .include_property_values(true)
        .set_next_token(next_token)
        .send()
        .await?;
    Ok(page)
}

/// The error for a failed change set. AWS reports "nothing to change" as a failure with one of two
/// reasons, which is not an error here.
fn check_reason(stack: &Stack, reason: String) -> Result<(), Error> {
    if reason.contains("didn't contain changes")
        || reason.contains("No updates are to be performed")
    {
        return Ok(());
    }
    Err(
        missing_parameter(stack, &reason).unwrap_or(Error::ChangeSetFailed {
            stack: stack.name.to_string(),
            reason,
        }),
    )
}

/// The error that names the stack to deploy first, if an SSM parameter is missing; else the same.
fn explain(stack: &Stack, err: Error) -> Error {
    match &err {
        Error::Aws { message, .. } => missing_parameter(stack, message).unwrap_or(err),
        _ => err,
    }
}

fn missing_parameter(stack: &Stack, message: &str) -> Option<Error> {
    let component = stack.reads_from?;
    message
        .contains("Unable to fetch parameters [")
        .then(|| Error::MissingParameter {
            stack: stack.name.to_string(),
            hands_over: stack.environment.stack_name(component),
            message: message.to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTAINER: Stack = Stack::new("container", "").reading_from("vpc");

    #[test]
    fn both_reasons_for_nothing_to_change_are_no_error() {
        for reason in [
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            "No updates are to be performed.",
        ] {
            assert!(check_reason(&CONTAINER, reason.into()).is_ok());
        }
        let err = check_reason(&CONTAINER, "Template error".into()).unwrap_err();
        assert_eq!(
            err.to_string(),
            "CloudFormation refused the change set of container: Template error"
        );
    }

    #[test]
    fn a_missing_parameter_names_the_task_to_run_first() {
        let message =
            "Unable to fetch parameters [/go-on-aws/vpc] from parameter store for this account.";
        let expected = "container reads parameters that vpc writes: run `task deploy-vpc` first (CloudFormation: Unable to fetch parameters [/go-on-aws/vpc] from parameter store for this account.)";
        let rejected = explain(
            &CONTAINER,
            Error::Aws {
                code: "ValidationError".into(),
                message: message.into(),
            },
        );
        assert_eq!(rejected.to_string(), expected);
        let failed = check_reason(&CONTAINER, message.into()).unwrap_err();
        assert_eq!(failed.to_string(), expected);
    }
}
