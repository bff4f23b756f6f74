use aws_sdk_cloudformation::operation::create_change_set::builders::CreateChangeSetFluentBuilder;
use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types::{
    Capability, ChangeSetType, DeploymentConfig, DeploymentConfigMode, DeploymentMode, Parameter,
    Tag,
};

use crate::change::{Change, change};
use crate::poll::Poll;
use crate::stack::task;
use crate::state::{StackParameter, StackState, text};
use crate::{Clients, Error, Parameters, Stack, recover, template, unchanged, validation};

/// A change set that is ready to be executed.
#[derive(Debug)]
pub struct Plan {
    /// The name of the change set.
    pub name: String,
    /// What it changes.
    pub changes: Vec<Change>,
    /// The values that it gives to the template's parameters.
    pub parameters: Vec<StackParameter>,
    pub(crate) stack_id: String,
    pub(crate) change_set_id: String,
    /// Whether the stack exists only because of this change set.
    pub(crate) is_new_stack: bool,
}

/// What a change set is made from, beside the stack and its template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// The stack, where it exists.
    pub(crate) existing: Option<&'a StackState>,
    /// Values for the template's parameters.
    pub(crate) given: &'a Parameters,
    /// Whether changes made by hand are undone.
    pub(crate) revert_drift: bool,
    /// Whether resources become ready in the background.
    pub(crate) express: bool,
}

/// Makes a change set and waits for it; nothing is returned when there is nothing to change.
pub(crate) async fn create(
    clients: &Clients,
    stack: &Stack,
    request: Request<'_>,
) -> Result<Option<Plan>, Error> {
    if unchanged::is_unchanged(clients, stack, request).await {
        return Ok(None);
    }
    let Request {
        existing, given, ..
    } = request;
    let standing = existing.filter(|state| state.status != "REVIEW_IN_PROGRESS");
    let (kind, parameters) = match standing {
        Some(state) => (
            ChangeSetType::Update,
            with_previous_values(stack, state, given),
        ),
        None => (ChangeSetType::Create, with_defaults(stack, given)),
    };
    let reverts = request.revert_drift && standing.is_some();
    let asked = builder(clients, stack)
        .change_set_type(kind)
        .template_body(stack.template)
        .set_parameters(Some(parameters))
        .set_tags(Some(tags(stack)))
        .set_deployment_mode(reverts.then_some(DeploymentMode::RevertDrift))
        .set_deployment_config(request.express.then(express));
    // A stack that waited for a review before is somebody else's to delete.
    make(clients, stack, asked, existing.is_none()).await
}

/// The configuration that does not wait until resources are ready to serve.
fn express() -> DeploymentConfig {
    let config = DeploymentConfig::builder();
    config.mode(DeploymentConfigMode::Express).build()
}

/// What every change set of a stack has in common; its name is its own.
pub(crate) fn builder(clients: &Clients, stack: &Stack) -> CreateChangeSetFluentBuilder {
    let name = unique_name("change");
    clients
        .cloudformation
        .create_change_set()
        .stack_name(stack.name.as_ref())
        .change_set_name(&name)
        .client_token(&name)
        .capabilities(Capability::CapabilityIam)
}

/// The tags of the stack, which `CloudFormation` gives to everything in it.
fn tags(stack: &Stack) -> Vec<Tag> {
    let tags = stack.tags();
    tags.map(|(key, value)| Tag::builder().key(key).value(value).build())
        .to_vec()
}

/// Has a change set made and waits for it.
pub(crate) async fn make(
    clients: &Clients,
    stack: &Stack,
    asked: CreateChangeSetFluentBuilder,
    is_new_stack: bool,
) -> Result<Option<Plan>, Error> {
    let name = text(asked.get_change_set_name().as_ref());
    let created = asked
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
    match wait(clients, stack, &mut plan).await {
        Ok(true) => Ok(Some(plan)),
        Ok(false) => discard(clients, plan).await.map(|()| None),
        Err(err) => {
            let err = with_validation_errors(clients, stack, &plan, err).await;
            // The first error is the one that explains; a second one would hide it.
            let _ = discard(clients, plan).await;
            Err(err)
        }
    }
}

/// The error with what validation has found, where that is why the change set failed.
async fn with_validation_errors(
    clients: &Clients,
    stack: &Stack,
    plan: &Plan,
    err: Error,
) -> Error {
    let Error::ChangeSetFailed { stack: name, .. } = &err else {
        return err;
    };
    let failures = validation::errors(clients, plan, stack.template).await;
    if failures.is_empty() {
        return err;
    }
    Error::Invalid {
        stack: name.clone(),
        failures,
    }
}

/// The change set with this name, made earlier and not executed yet.
pub(crate) async fn find_plan(
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
    wait(clients, stack, &mut plan).await?;
    Ok(plan)
}

/// Deletes a change set that is not to be executed, and the stack that exists only because of it.
pub async fn discard(clients: &Clients, plan: Plan) -> Result<(), Error> {
    clients
        .cloudformation
        .delete_change_set()
        .change_set_name(&plan.change_set_id)
        .stack_name(&plan.stack_id)
        .send()
        .await?;
    if plan.is_new_stack {
        recover::delete_unreviewed(clients, &plan.stack_id).await?;
    }
    Ok(())
}

/// A name for a change set, or a token for an operation, that nobody else has.
pub(crate) fn unique_name(kind: &str) -> String {
    format!("{kind}-{:032x}", rand::random::<u128>())
}

/// Completes the plan once the change set has settled; false when AWS finds nothing to change.
async fn wait(clients: &Clients, stack: &Stack, plan: &mut Plan) -> Result<bool, Error> {
    let mut page = settled(clients, plan).await?;
    if status_of(&page) == "FAILED" {
        return refusal(stack, text(page.status_reason.as_ref())).map(|()| false);
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

/// The first page of the change set, once AWS has finished it.
async fn settled(clients: &Clients, plan: &Plan) -> Result<DescribeChangeSetOutput, Error> {
    let mut poll = Poll::new();
    loop {
        match poll.seen(describe(clients, plan, None).await)? {
            Some(page) if matches!(status_of(&page), "CREATE_COMPLETE" | "FAILED") => {
                return Ok(page);
            }
            _ => poll.pause().await,
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

fn status_of(page: &DescribeChangeSetOutput) -> &str {
    page.status.as_ref().map_or("", |status| status.as_str())
}

/// AWS reports "nothing to change" as a failure with one of two reasons; it is none.
fn refusal(stack: &Stack, reason: String) -> Result<(), Error> {
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

/// Says which stack to deploy first, where that is what AWS's error comes to.
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
            task: task("deploy", &stack.environment.stack_name(component)),
            message: message.to_owned(),
        })
}

/// The given values, and the stack's own where none is given.
pub(crate) fn with_defaults(stack: &Stack, given: &Parameters) -> Vec<Parameter> {
    let mut parameters = stack.defaults.clone();
    parameters.extend(given.clone());
    with_values(&parameters)
}

fn with_values(given: &Parameters) -> Vec<Parameter> {
    given
        .iter()
        .map(|(key, value)| {
            Parameter::builder()
                .parameter_key(key)
                .parameter_value(value)
                .build()
        })
        .collect()
}

/// The given values, and the previous value of every other parameter that the template still has.
fn with_previous_values(stack: &Stack, state: &StackState, given: &Parameters) -> Vec<Parameter> {
    let mut given = given.clone();
    for (key, value) in &stack.defaults {
        if state.parameter(key).is_none() {
            given.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    let mut parameters = with_values(&given);
    let declared = template::names(stack.template, "Parameters");
    let kept = state
        .parameters
        .iter()
        .map(|parameter| &parameter.key)
        .filter(|key| !given.contains_key(*key) && declared.contains(&key.as_str()));
    parameters.extend(kept.map(|key| {
        Parameter::builder()
            .parameter_key(key)
            .use_previous_value(true)
            .build()
    }));
    parameters
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
            assert!(refusal(&CONTAINER, reason.into()).is_ok());
        }
        let err = refusal(&CONTAINER, "Template error".into()).unwrap_err();
        assert_eq!(
            err.to_string(),
            "CloudFormation refused the change set of container: Template error"
        );
    }

    #[test]
    fn a_missing_parameter_names_the_task_to_run_first() {
        let message =
            "Unable to fetch parameters [/go-on-aws/vpc] from parameter store for this account.";
        let expected = "container needs what vpc hands over: run `task deploy-vpc` first (CloudFormation: Unable to fetch parameters [/go-on-aws/vpc] from parameter store for this account.)";
        let rejected = explain(
            &CONTAINER,
            Error::Aws {
                code: "ValidationError".into(),
                message: message.into(),
            },
        );
        assert_eq!(rejected.to_string(), expected);
        let failed = refusal(&CONTAINER, message.into()).unwrap_err();
        assert_eq!(failed.to_string(), expected);
    }
}
