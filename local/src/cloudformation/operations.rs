//! The actions that change stacks: each checks what AWS checks, writes the new state and starts
//! the engine in the background.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::change_set::{self, NO_CHANGES, Refusal};
use super::drift::{self, Actual};
use super::import::{self, Imports};
use super::stack::{ChangeSet, Invalid, Stack, Version};
use super::target::{Target, lookup_in};
use super::template::Template;
use super::validate::{self, Given};
use super::{engine, find, find_living, not_found};
use crate::account::{Account, State, now};
use crate::json;
use crate::protocol::{Answer, AwsError};

/// How AWS says that pre-deployment validation failed; here what it found follows.
const EARLY_VALIDATION: &str = "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. \
     To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.";

/// The states from which a stack can be updated.
fn can_be_updated(stack: &Stack) -> bool {
    matches!(
        stack.status.as_str(),
        "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE"
    )
}

pub(super) async fn create_change_set(account: &Account, input: &Value) -> Answer {
    let stack_name = required(input, "StackName")?;
    let name = required(input, "ChangeSetName")?;
    let kind = json::member(input, "ChangeSetType").unwrap_or("UPDATE");
    if !["CREATE", "UPDATE", "IMPORT"].contains(&kind) {
        return Err(AwsError::validation(format!(
            "unknown change set type {kind}; use CREATE, UPDATE or IMPORT"
        )));
    }
    let context = Context::read(account, input).await?;
    let creates = kind == "CREATE"
        || (kind == "IMPORT" && account.read(|state| find(state, stack_name).is_none()));
    account.change(|state| {
        let standing = find(state, stack_name).cloned();
        let stack = match standing {
            Some(stack) if stack.status == "REVIEW_IN_PROGRESS" && creates => stack,
            Some(_) if creates => {
                return Err(AwsError::validation(format!(
                    "Stack [{stack_name}] already exists and cannot be created again with the changeSet [{name}]."
                )));
            }
            None if creates => new_stack(account, stack_name)?,
            Some(stack) if can_be_updated(&stack) => stack,
            Some(stack) => return Err(wrong_state(&stack, "can not be updated")),
            None => return Err(AwsError::validation(format!("Stack [{stack_name}] does not exist"))),
        };
        if stack.change_sets.iter().any(|known| known.name == name) {
            return Err(AwsError::new("AlreadyExistsException", format!("ChangeSet {name} cannot be created: a change set of this name already exists")));
        }
        let change_set = prepare(account, state, &stack, name, input, context)?;
        let answer = json!({"Id": change_set.id, "StackId": stack.id});
        let mut stack = stack;
        if stack.status.is_empty() {
            stack.move_to("REVIEW_IN_PROGRESS", Some("User Initiated"));
        }
        stack.change_sets.push(change_set);
        put(state, stack);
        Ok(answer)
    })
}

/// What has to be found out before the state is locked.
#[derive(Default)]
struct Context {
    actual: Actual,
    imports: Imports,
}

impl Context {
    async fn read(account: &Account, input: &Value) -> Result<Self, AwsError> {
        let mut context = Self {
            imports: import::read(account, input).await?,
            ..Self::default()
        };
        if json::member(input, "DeploymentMode") == Some("REVERT_DRIFT") {
            let name = required(input, "StackName")?;
            let stack = account
                .read(|state| find(state, name).cloned())
                .ok_or_else(|| not_found(name))?;
            context.actual = drift::actual(account, &stack.current).await;
        }
        Ok(context)
    }
}

/// Computes the change set that `input` asks for.
fn prepare(
    account: &Account,
    state: &State,
    stack: &Stack,
    name: &str,
    input: &Value,
    context: Context,
) -> Result<ChangeSet, AwsError> {
    let target = wanted_version(state, stack, input)?;
    let resolved = Target::new(&account.region, stack, &target)?;
    let arn = format!("changeSet/{name}/{}", uuid::Uuid::new_v4());
    let mut change_set = ChangeSet {
        id: account.arn("cloudformation", &arn),
        name: name.to_owned(),
        description: json::member(input, "Description").map(str::to_owned),
        kind: json::member(input, "ChangeSetType")
            .unwrap_or("UPDATE")
            .to_owned(),
        status: "CREATE_COMPLETE".into(),
        status_reason: None,
        execution_status: "AVAILABLE".into(),
        created: now(),
        on_failure: json::member(input, "OnStackFailure")
            .unwrap_or("ROLLBACK")
            .to_owned(),
        express: is_express(input)?,
        target,
        invalid: None,
        actual: context.actual,
        imports: context.imports,
        changes: Vec::new(),
    };
    let standing = drift::adjusted(&stack.current, &change_set.actual);
    let outcome = change_set::changes(&resolved, &standing, &change_set.imports, state);
    let failure = match outcome {
        Ok(changes) if changes.is_empty() => {
            match changes_outputs(&resolved, stack, &change_set.target, state) {
                Ok(true) => None,
                Ok(false) => Some(NO_CHANGES.to_owned()),
                Err(reason) => Some(reason),
            }
        }
        Ok(mut changes) => {
            for change in &mut changes {
                drift::annotate(change, &stack.current, &change_set.actual);
            }
            let refusal = (change_set.kind == "IMPORT")
                .then(|| {
                    import::refusal(
                        &resolved.template,
                        &change_set.imports,
                        &stack.current,
                        &changes,
                    )
                })
                .flatten();
            change_set.changes = changes
                .into_iter()
                .map(|change| masked(change, stack, &change_set.target))
                .collect();
            refusal
        }
        Err(Refusal::Template(reason)) => Some(reason),
        Err(Refusal::Properties(invalid)) => {
            let Invalid {
                logical_id,
                resource_type,
                reason,
            } = &invalid;
            let sentence = format!("{EARLY_VALIDATION} {logical_id} ({resource_type}): {reason}");
            change_set.invalid = Some(invalid);
            Some(sentence)
        }
    };
    if let Some(reason) = failure {
        change_set.status = "FAILED".into();
        change_set.execution_status = "UNAVAILABLE".into();
        change_set.status_reason = Some(reason);
    }
    Ok(change_set)
}

/// A change without the values of `NoEcho` parameters, old and new.
fn masked(change: Value, stack: &Stack, target: &Version) -> Value {
    let mask = |text: &str| target.mask(&stack.current.mask(text));
    match change {
        Value::String(text) => mask(&text).into(),
        Value::Array(items) => items
            .into_iter()
            .map(|item| masked(item, stack, target))
            .collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, masked(member, stack, target)))
            .collect(),
        other => other,
    }
}

/// Whether the outputs or the tags of the stack change though no resource does.
fn changes_outputs(
    target: &Target,
    stack: &Stack,
    version: &Version,
    state: &State,
) -> Result<bool, String> {
    let outputs = target.outputs(state, &lookup_in(&stack.current))?;
    Ok(version.tags != stack.current.tags || outputs != stack.current.outputs)
}

/// The version of the stack that `input` describes, its parameters resolved and checked.
fn wanted_version(state: &State, stack: &Stack, input: &Value) -> Result<Version, AwsError> {
    let body = match (
        json::member(input, "TemplateBody"),
        json::flag(input, "UsePreviousTemplate"),
    ) {
        (Some(body), false) => body.to_owned(),
        (None, true) => stack.current.template.clone(),
        (Some(_), true) => {
            return Err(AwsError::validation(
                "You cannot specify both usePreviousTemplate and Template Body",
            ));
        }
        (None, false) if json::member(input, "TemplateURL").is_some() => {
            return Err(AwsError::validation(
                "the local AWS has no S3: pass the template as TemplateBody",
            ));
        }
        (None, false) => {
            return Err(AwsError::validation(
                "Either Template URL or Template Body must be specified.",
            ));
        }
    };
    let template = Template::parse(&body)?;
    validate::template(&template)?;
    let capabilities = json::strings(input, "Capabilities");
    check_capabilities(&template, &capabilities)?;
    let parameters =
        validate::parameters(&template, &given(input)?, &stack.current.parameters, state)?;
    let tags = match input.get("Tags") {
        Some(tags) => tags
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|tag| {
                Some((
                    json::member(tag, "Key")?.to_owned(),
                    json::text(tag.get("Value")?),
                ))
            })
            .collect(),
        None => stack.current.tags.clone(),
    };
    Ok(Version {
        template: body,
        parameters,
        tags,
        capabilities,
        ..Version::default()
    })
}

fn check_capabilities(template: &Template, given: &[String]) -> Result<(), AwsError> {
    let enough = |needed: &&str| {
        given
            .iter()
            .any(|capability| capability == needed || capability == "CAPABILITY_NAMED_IAM")
    };
    let missing: Vec<_> = template
        .capabilities()
        .into_iter()
        .filter(|needed| !enough(needed))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(AwsError::new(
        "InsufficientCapabilitiesException",
        format!("Requires capabilities : [{}]", missing.join(", ")),
    ))
}

fn given(input: &Value) -> Result<BTreeMap<String, Given>, AwsError> {
    let list = input
        .get("Parameters")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    list.iter()
        .map(|parameter| {
            let key = required(parameter, "ParameterKey")?.to_owned();
            let value = match parameter.get("ParameterValue") {
                Some(value) => Given::Value(json::text(value)),
                None if json::flag(parameter, "UsePreviousValue") => Given::Previous,
                None => {
                    return Err(AwsError::validation(format!("Invalid input for parameter key {key}. Cannot specify usePreviousValue as false without a value")));
                }
            };
            Ok((key, value))
        })
        .collect()
}

pub(super) fn delete_change_set(account: &Account, input: &Value) -> Answer {
    let name = required(input, "ChangeSetName")?.to_owned();
    let of_stack = json::member(input, "StackName");
    if of_stack.is_none() && !name.starts_with("arn:") {
        return Err(AwsError::validation(
            "StackName must be specified if the ChangeSetName is not specified as an ARN.",
        ));
    }
    account.change(|state| {
        let wanted =
            |stack: &&mut Stack| of_stack.is_none_or(|id| stack.name == id || stack.id == id);
        for stack in state.stacks.iter_mut().filter(wanted) {
            stack
                .change_sets
                .retain(|known| known.name != name && known.id != name);
        }
        Ok(json!({}))
    })
}

pub(super) fn execute_change_set(account: &Arc<Account>, input: &Value) -> Answer {
    let (stack_id, imports) = account.change(|state| {
        let (stack_id, name) = {
            let (stack, change_set) = super::find_change_set(state, input)?;
            if change_set.execution_status != "AVAILABLE" {
                return Err(AwsError::new(
                    "InvalidChangeSetStatus",
                    format!(
                        "ChangeSet [{}] cannot be executed in its current status of [{}]",
                        change_set.id, change_set.status
                    ),
                ));
            }
            if stack.is_busy() {
                return Err(wrong_state(stack, "can not be updated"));
            }
            (stack.id.clone(), change_set.name.clone())
        };
        let stack = state
            .stacks
            .iter_mut()
            .find(|stack| stack.id == stack_id)
            .ok_or_else(|| not_found(&stack_id))?;
        // Executing one change set deletes the others of the stack.
        let change_set = std::mem::take(&mut stack.change_sets)
            .into_iter()
            .find(|known| known.name == name);
        let change_set = change_set.ok_or_else(|| not_found(&stack_id))?;
        let keep_on_failure = json::flag(input, "DisableRollback");
        if keep_on_failure && change_set.kind == "UPDATE" {
            return Err(AwsError::validation(
                "the local AWS has no DisableRollback for updates",
            ));
        }
        let imports = (change_set.kind == "IMPORT").then(|| change_set.imports.clone());
        // What is gone leaves room for what takes its place.
        let gone = change_set
            .actual
            .iter()
            .filter(|(_, actual)| actual.is_none());
        let gone: Vec<_> = gone
            .filter_map(|(name, _)| stack.current.resources.get(name).cloned())
            .collect();
        start(
            stack,
            change_set,
            json::member(input, "ClientRequestToken"),
            keep_on_failure,
        );
        for record in gone {
            state
                .inventory
                .remove(&record.resource_type, &record.physical_id);
        }
        Ok((stack_id, imports))
    })?;
    match imports {
        Some(imports) => tokio::spawn(import::carry_out(Arc::clone(account), stack_id, imports)),
        None => tokio::spawn(engine::deploy(Arc::clone(account), stack_id)),
    };
    Ok(json!({}))
}

/// Makes the change set's version the current one and moves the stack to work.
fn start(stack: &mut Stack, change_set: ChangeSet, token: Option<&str>, keep_on_failure: bool) {
    let operation = match change_set.kind.as_str() {
        "CREATE" => "CREATE_STACK",
        _ => "UPDATE_STACK",
    };
    stack.begin(operation, token);
    stack.drift = None;
    stack.on_failure = if keep_on_failure {
        "DO_NOTHING".into()
    } else {
        change_set.on_failure
    };
    stack.change_sets.clear();
    stack.express = change_set.express;
    let kind = change_set.kind.clone();
    let resources = drift::adjusted(&stack.current, &change_set.actual).resources;
    let outputs = stack.current.outputs.clone();
    let before = std::mem::replace(
        &mut stack.current,
        Version {
            resources,
            outputs,
            ..change_set.target
        },
    );
    if kind == "CREATE" {
        stack.move_to("CREATE_IN_PROGRESS", Some("User Initiated"));
    } else {
        stack.previous = Some(Box::new(before));
        stack.updated = Some(now());
        let status = if kind == "IMPORT" {
            "IMPORT_IN_PROGRESS"
        } else {
            "UPDATE_IN_PROGRESS"
        };
        stack.move_to(status, Some("User Initiated"));
    }
}

pub(super) fn create_stack(account: &Arc<Account>, input: &Value) -> Answer {
    let stack_name = required(input, "StackName")?;
    let stack_id = account.change(|state| {
        if find(state, stack_name).is_some() {
            return Err(AwsError::new(
                "AlreadyExistsException",
                format!("Stack [{stack_name}] already exists"),
            ));
        }
        let mut stack = new_stack(account, stack_name)?;
        stack.termination_protection = json::flag(input, "EnableTerminationProtection");
        let mut change_set = prepare(account, state, &stack, "direct", input, Context::default())?;
        refuse_failed(&change_set)?;
        change_set.kind = "CREATE".into();
        if let Some(on_failure) = json::member(input, "OnFailure") {
            on_failure.clone_into(&mut change_set.on_failure);
        }
        start(
            &mut stack,
            change_set,
            json::member(input, "ClientRequestToken"),
            json::flag(input, "DisableRollback"),
        );
        let id = stack.id.clone();
        put(state, stack);
        Ok(id)
    })?;
    tokio::spawn(engine::deploy(Arc::clone(account), stack_id.clone()));
    Ok(json!({"StackId": stack_id}))
}

pub(super) fn update_stack(account: &Arc<Account>, input: &Value) -> Answer {
    let stack_name = required(input, "StackName")?;
    let stack_id = account.change(|state| {
        let mut stack = find(state, stack_name)
            .cloned()
            .ok_or_else(|| AwsError::validation(format!("Stack [{stack_name}] does not exist")))?;
        if !can_be_updated(&stack) {
            return Err(wrong_state(&stack, "can not be updated"));
        }
        if json::flag(input, "DisableRollback") {
            return Err(AwsError::validation(
                "the local AWS has no DisableRollback for updates",
            ));
        }
        let change_set = prepare(account, state, &stack, "direct", input, Context::default())?;
        refuse_failed(&change_set)?;
        start(
            &mut stack,
            change_set,
            json::member(input, "ClientRequestToken"),
            false,
        );
        let id = stack.id.clone();
        put(state, stack);
        Ok(id)
    })?;
    tokio::spawn(engine::deploy(Arc::clone(account), stack_id.clone()));
    Ok(json!({"StackId": stack_id}))
}

/// What a change set reports in its status, a direct call reports at once.
fn refuse_failed(change_set: &ChangeSet) -> Result<(), AwsError> {
    match &change_set.status_reason {
        Some(reason) if reason == NO_CHANGES => {
            Err(AwsError::validation("No updates are to be performed."))
        }
        Some(reason) => Err(AwsError::validation(reason.clone())),
        None => Ok(()),
    }
}

pub(super) fn delete_stack(account: &Arc<Account>, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let started = account.change(|state| {
        let exports_in_use = find(state, name).map(|stack| exports_in_use(state, stack)).unwrap_or_default();
        let Some(stack) = find_living(state, name) else {
            // AWS answers the deletion of a stack that never was with success.
            return Ok(None);
        };
        if stack.termination_protection {
            return Err(AwsError::validation(format!("Stack [{}] cannot be deleted while TerminationProtection is enabled", stack.name)));
        }
        if stack.status == "DELETE_IN_PROGRESS" {
            return Ok(None);
        }
        if stack.status == "CREATE_IN_PROGRESS" {
            // The creation is cancelled, and what it has made is deleted.
            stack.on_failure = "DELETE".into();
            account.cancellations.cancel(&stack.id);
            return Ok(None);
        }
        if stack.is_busy() {
            return Err(wrong_state(stack, "can not be deleted"));
        }
        if let Some((name, user)) = exports_in_use.first() {
            return Err(AwsError::validation(format!(
                "Export {name} cannot be deleted as it is in use by {user}"
            )));
        }
        let retain = json::strings(input, "RetainResources");
        if !retain.is_empty() && stack.status != "DELETE_FAILED" {
            return Err(AwsError::validation(
                "Invalid operation on stack. The RetainResources parameter can only be used with a stack in the DELETE_FAILED state",
            ));
        }
        stack.retain = retain;
        stack.change_sets.clear();
        stack.begin("DELETE_STACK", json::member(input, "ClientRequestToken"));
        stack.move_to("DELETE_IN_PROGRESS", Some("User Initiated"));
        Ok(Some(stack.id.clone()))
    })?;
    if let Some(stack_id) = started {
        tokio::spawn(engine::delete(Arc::clone(account), stack_id));
    }
    Ok(json!({}))
}

/// Takes back the update that runs.
pub(super) fn cancel_update(account: &Account, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let stack_id = account.read(|state| {
        let stack = find(state, name).ok_or_else(|| not_found(name))?;
        if stack.status != "UPDATE_IN_PROGRESS" {
            return Err(AwsError::validation(
                "CancelUpdateStack cannot be called from current stack status",
            ));
        }
        Ok(stack.id.clone())
    })?;
    account.cancellations.cancel(&stack_id);
    Ok(json!({}))
}

/// Goes on with a rollback that had failed.
pub(super) fn continue_rollback(account: &Arc<Account>, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    let skip = json::strings(input, "ResourcesToSkip");
    let stack_id = account.change(|state| {
        let stack = find_living(state, name).ok_or_else(|| not_found(name))?;
        if stack.status != "UPDATE_ROLLBACK_FAILED" {
            return Err(wrong_state(stack, "can not continue its rollback"));
        }
        let failed = |name: &String| {
            let record = stack.current.resources.get(name);
            record.is_some_and(|record| record.status == "UPDATE_FAILED")
        };
        if let Some(wrong) = skip.iter().find(|name| !failed(name)) {
            return Err(AwsError::validation(format!(
                "ResourcesToSkip can only list resources that are in the UPDATE_FAILED state: [{wrong}]"
            )));
        }
        stack.begin("CONTINUE_ROLLBACK", json::member(input, "ClientRequestToken"));
        stack.move_to("UPDATE_ROLLBACK_IN_PROGRESS", Some("User Initiated"));
        Ok(stack.id.clone())
    })?;
    tokio::spawn(engine::continue_rollback(
        Arc::clone(account),
        stack_id,
        skip,
    ));
    Ok(json!({}))
}

/// Whether the input asks for express mode, which waits for no resource to be in service.
fn is_express(input: &Value) -> Result<bool, AwsError> {
    let configuration = input.get("DeploymentConfig");
    let express = configuration.and_then(|configuration| json::member(configuration, "Mode"))
        == Some("EXPRESS");
    if express && input.get("DisableRollback").is_some() {
        return Err(AwsError::validation(
            "DisableRollback cannot be specified together with DeploymentConfig",
        ));
    }
    Ok(express)
}

pub(super) fn update_termination_protection(account: &Account, input: &Value) -> Answer {
    let name = required(input, "StackName")?;
    account.change(|state| {
        let stack = find_living(state, name).ok_or_else(|| not_found(name))?;
        stack.termination_protection = json::flag(input, "EnableTerminationProtection");
        Ok(json!({"StackId": stack.id}))
    })
}

/// The exports of a stack that others import, each with the name of the one that does.
fn exports_in_use(state: &State, stack: &Stack) -> Vec<(String, String)> {
    let exports = stack
        .current
        .outputs
        .values()
        .filter_map(|output| output.export.clone());
    let others: Vec<&Stack> = state
        .stacks
        .iter()
        .filter(|other| !other.is_deleted() && other.id != stack.id)
        .collect();
    exports
        .filter_map(|export| {
            let user = others
                .iter()
                .find(|other| other.current.imports.contains(&export))?;
            Some((export, user.name.clone()))
        })
        .collect()
}

fn new_stack(account: &Account, name: &str) -> Result<Stack, AwsError> {
    let valid = name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !valid {
        return Err(AwsError::validation(format!(
            "1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )));
    }
    Ok(Stack {
        id: account.arn(
            "cloudformation",
            &format!("stack/{name}/{}", uuid::Uuid::new_v4()),
        ),
        name: name.to_owned(),
        created: now(),
        ..Stack::default()
    })
}

fn put(state: &mut State, stack: Stack) {
    match state.stacks.iter_mut().find(|known| known.id == stack.id) {
        Some(known) => *known = stack,
        None => state.stacks.push(stack),
    }
}

fn wrong_state(stack: &Stack, what: &str) -> AwsError {
    AwsError::validation(format!(
        "Stack:{} is in {} state and {what}.",
        stack.id, stack.status
    ))
}

/// The member `name` of the input.
pub(super) fn required<'a>(input: &'a Value, name: &str) -> Result<&'a str, AwsError> {
    json::member(input, name).ok_or_else(|| {
        let mut lower = name.to_owned();
        lower[..1].make_ascii_lowercase();
        AwsError::validation(format!("1 validation error detected: Value null at '{lower}' failed to satisfy constraint: Member must not be null"))
    })
}
