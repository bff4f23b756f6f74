use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types::{self, Capability, ChangeSetType, Parameter};

use crate::poll::Poll;
use crate::state::{StackState, text};
use crate::{Clients, Error, Parameters, Stack, recover};

/// A change set that is ready to be executed.
#[derive(Debug)]
pub struct Plan {
    /// What it changes.
    pub changes: Vec<Change>,
    pub(crate) stack_id: String,
    pub(crate) change_set_id: String,
    /// Whether the stack exists only because of this change set.
    pub(crate) is_new_stack: bool,
}

/// What happens to one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// AWS's word for it, as `Modify`.
    pub action: String,
    /// The name in the template.
    pub logical_id: String,
    /// The name or id at AWS, where the resource exists.
    pub physical_id: String,
    /// The type, as `AWS::DynamoDB::Table`.
    pub resource_type: String,
    /// AWS's word for whether a new resource takes its place: `True`, `False` or `Conditional`.
    pub replacement: String,
    /// What changes in it.
    pub properties: Vec<PropertyChange>,
}

/// What happens to one property of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyChange {
    /// Where it is, as `/Properties/DeletionProtectionEnabled`.
    pub path: String,
    /// The value now, where AWS says it.
    pub before: Option<String>,
    /// The value to come, where AWS says it.
    pub after: Option<String>,
    /// AWS's word for whether this asks for a new resource: `Always`, `Conditionally` or `Never`.
    pub recreation: String,
}

/// Makes a change set and waits for it; nothing is returned when there is nothing to change.
pub(crate) async fn create(
    clients: &Clients,
    stack: &Stack,
    existing: Option<&StackState>,
    given: &Parameters,
) -> Result<Option<Plan>, Error> {
    let is_new_stack = existing.is_none_or(|state| state.status == "REVIEW_IN_PROGRESS");
    let (kind, parameters) = match existing {
        Some(state) if !is_new_stack => (
            ChangeSetType::Update,
            with_previous_values(clients, stack, state, given).await?,
        ),
        _ => (ChangeSetType::Create, with_values(given)),
    };
    let name = unique_name("change");
    let created = clients
        .cloudformation
        .create_change_set()
        .stack_name(stack.name)
        .change_set_name(&name)
        .client_token(&name)
        .change_set_type(kind)
        .template_body(stack.template)
        .capabilities(Capability::CapabilityIam)
        .set_parameters(Some(parameters))
        .send()
        .await
        .map_err(|err| explain(stack, err.into()))?;
    let plan = Plan {
        changes: Vec::new(),
        stack_id: text(created.stack_id.as_ref()),
        change_set_id: text(created.id.as_ref()),
        // A stack that waited for a review before is somebody else's to delete.
        is_new_stack: existing.is_none(),
    };
    match wait(clients, stack, &plan).await {
        Ok(Some(changes)) => Ok(Some(Plan { changes, ..plan })),
        Ok(None) => discard(clients, plan).await.map(|()| None),
        Err(err) => {
            // The first error is the one that explains; a second one would hide it.
            let _ = discard(clients, plan).await;
            Err(err)
        }
    }
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

/// The changes, once the change set has settled; none when AWS finds nothing to change.
async fn wait(clients: &Clients, stack: &Stack, plan: &Plan) -> Result<Option<Vec<Change>>, Error> {
    let first = settled(clients, plan).await?;
    if status_of(&first) == "FAILED" {
        return refusal(stack, text(first.status_reason.as_ref()));
    }
    let mut changes = Vec::new();
    let mut page = first;
    loop {
        changes.extend(page.changes().iter().filter_map(change));
        match page.next_token {
            Some(token) => page = describe(clients, plan, Some(token)).await?,
            None => return Ok(Some(changes)),
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
fn refusal<T>(stack: &Stack, reason: String) -> Result<Option<T>, Error> {
    if reason.contains("didn't contain changes")
        || reason.contains("No updates are to be performed")
    {
        return Ok(None);
    }
    Err(
        missing_parameter(stack, &reason).unwrap_or(Error::ChangeSetFailed {
            stack: stack.name.to_owned(),
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
    let run_first = stack.reads_from?;
    message
        .contains("Unable to fetch parameters [")
        .then(|| Error::MissingParameter {
            stack: stack.name.to_owned(),
            run_first: run_first.to_owned(),
            message: message.to_owned(),
        })
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
async fn with_previous_values(
    clients: &Clients,
    stack: &Stack,
    state: &StackState,
    given: &Parameters,
) -> Result<Vec<Parameter>, Error> {
    let mut parameters = with_values(given);
    let mut kept: Vec<_> = state
        .parameters
        .iter()
        .map(|parameter| parameter.key.clone())
        .filter(|key| !given.contains_key(key))
        .collect();
    if !kept.is_empty() {
        let template = clients
            .cloudformation
            .validate_template()
            .template_body(stack.template)
            .send()
            .await?;
        let declared = template.parameters();
        kept.retain(|key| declared.iter().any(|p| p.parameter_key() == Some(key)));
    }
    parameters.extend(kept.into_iter().map(|key| {
        Parameter::builder()
            .parameter_key(key)
            .use_previous_value(true)
            .build()
    }));
    Ok(parameters)
}

fn change(change: &types::Change) -> Option<Change> {
    let change = change.resource_change()?;
    let mut properties: Vec<PropertyChange> = Vec::new();
    for detail in change.details() {
        let Some(property) = detail.target().map(property_change) else {
            continue;
        };
        // AWS lists a property once for each cause of its change.
        if !properties.iter().any(|known| known.path == property.path) {
            properties.push(property);
        }
    }
    Some(Change {
        action: word(change.action.as_ref().map(types::ChangeAction::as_str)),
        logical_id: text(change.logical_resource_id.as_ref()),
        physical_id: text(change.physical_resource_id.as_ref()),
        resource_type: text(change.resource_type.as_ref()),
        replacement: word(change.replacement.as_ref().map(types::Replacement::as_str)),
        properties,
    })
}

fn property_change(target: &types::ResourceTargetDefinition) -> PropertyChange {
    let attribute = word(
        target
            .attribute
            .as_ref()
            .map(types::ResourceAttribute::as_str),
    );
    let path = match (&target.path, &target.name) {
        (Some(path), _) => path.clone(),
        (None, Some(name)) => format!("/{attribute}/{name}"),
        (None, None) => format!("/{attribute}"),
    };
    PropertyChange {
        path,
        before: target.before_value.clone(),
        after: target.after_value.clone(),
        recreation: word(
            target
                .requires_recreation
                .as_ref()
                .map(types::RequiresRecreation::as_str),
        ),
    }
}

fn word(word: Option<&str>) -> String {
    word.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudformation::types::{
        ChangeAction, ResourceAttribute, ResourceChange, ResourceChangeDetail,
        ResourceTargetDefinition,
    };

    const CONTAINER: Stack = Stack {
        name: "container",
        template: "",
        reads_from: Some("vpc"),
    };

    #[test]
    fn both_reasons_for_nothing_to_change_are_no_error() {
        for reason in [
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            "No updates are to be performed.",
        ] {
            assert!(matches!(refusal::<()>(&CONTAINER, reason.into()), Ok(None)));
        }
        let err = refusal::<()>(&CONTAINER, "Template error".into()).unwrap_err();
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
        let failed = refusal::<()>(&CONTAINER, message.into()).unwrap_err();
        assert_eq!(failed.to_string(), expected);
    }

    #[test]
    fn a_property_with_two_causes_is_listed_once_and_unknown_words_are_kept() {
        let detail = ResourceChangeDetail::builder()
            .target(
                ResourceTargetDefinition::builder()
                    .attribute(ResourceAttribute::Properties)
                    .name("Tags")
                    .build(),
            )
            .build();
        let sdk = types::Change::builder()
            .resource_change(
                ResourceChange::builder()
                    .action(ChangeAction::from("Teleport"))
                    .logical_resource_id("Table")
                    .details(detail.clone())
                    .details(detail)
                    .build(),
            )
            .build();
        let change = change(&sdk).expect("a resource change");
        assert_eq!(change.action, "Teleport");
        assert_eq!(change.properties.len(), 1);
        assert_eq!(change.properties[0].path, "/Properties/Tags");
    }
}
