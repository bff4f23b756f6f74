//! `ExecuteChangeSet`.

use std::sync::Arc;

use serde::Deserialize;

use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::cloudformation::api::find::{change_set, wrong_state};
use crate::cloudformation::api::tokens::is_repeated;
use crate::cloudformation::api::wire::Nothing;
use crate::cloudformation::engine;
use crate::cloudformation::model::{
    ChangeSet, ChangeSetType, ExecutionStatus, FailureOptions, Imports, Record, Stack, by_id_mut,
};

const ACTION: &str = "ExecuteChangeSet";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct Input {
    change_set_name: String,
    stack_name: Option<String>,
    client_request_token: Option<String>,
    #[serde(default)]
    disable_rollback: bool,
    #[serde(default)]
    retain_except_on_create: bool,
}

pub(in crate::cloudformation::api) fn execute(
    account: &Arc<Account>,
    input: Input,
) -> Result<Nothing, AwsError> {
    let begun = account.change(|state| begin(state, input))?;
    let Some((stack_id, imports)) = begun else {
        return Ok(Nothing {});
    };
    match imports {
        Some(imports) => tokio::spawn(engine::import(Arc::clone(account), stack_id, imports)),
        None => tokio::spawn(engine::deploy(Arc::clone(account), stack_id)),
    };
    Ok(Nothing {})
}

/// Moves the stack to an `IN_PROGRESS` status. Returns its ARN, and the imports if the change set
/// is an import. `None` if the same request was accepted before.
fn begin(state: &mut State, input: Input) -> Result<Option<(String, Option<Imports>)>, AwsError> {
    let of_stack = input.stack_name.as_deref();
    let token = input.client_request_token;
    if is_accepted(state, &input.change_set_name, of_stack, token.as_deref())? {
        return Ok(None);
    }
    let (stack, change_set) = change_set(state, &input.change_set_name, of_stack)?;
    check(stack, change_set)?;
    let (stack_id, name) = (stack.id.clone(), change_set.name.clone());
    let stack = by_id_mut(&mut state.stacks, &stack_id).expect("it was found just now");
    // Executing one change set deletes the others of the stack.
    let change_set = std::mem::take(&mut stack.change_sets)
        .into_iter()
        .find(|known| known.name == name)
        .expect("it was found just now");
    let imports = (change_set.kind == ChangeSetType::Import).then(|| change_set.imports.clone());
    let gone = gone(stack, &change_set);
    is_repeated(stack, token.as_deref(), ACTION)?;
    let options = FailureOptions {
        disable_rollback: input.disable_rollback,
        retain_except_on_create: input.retain_except_on_create,
        ..FailureOptions::default()
    };
    engine::start(stack, change_set, token, options);
    // Remove the resources that were deleted by hand from the inventory: new ones may have their
    // names.
    for record in gone {
        let (resource_type, id) = (&record.resource_type, &record.physical_id);
        state.inventory.remove(resource_type, id);
    }
    Ok(Some((stack_id, imports)))
}

/// Whether this request was accepted before. Its change set is gone then.
fn is_accepted(
    state: &mut State,
    name: &str,
    of_stack: Option<&str>,
    token: Option<&str>,
) -> Result<bool, AwsError> {
    let is_known = |stack: &&mut Stack| {
        let id = stack.change_set_id.as_deref();
        of_stack.is_none_or(|wanted| stack.is_called(wanted))
            && id.is_some_and(|id| id == name || id.contains(&format!(":changeSet/{name}/")))
            && token.is_some_and(|token| stack.tokens.contains_key(token))
    };
    match state.stacks.iter_mut().find(is_known) {
        Some(stack) => is_repeated(stack, token, ACTION),
        None => Ok(false),
    }
}

fn check(stack: &Stack, change_set: &ChangeSet) -> Result<(), AwsError> {
    if change_set.execution_status != ExecutionStatus::Available {
        return Err(AwsError::new(
            "InvalidChangeSetStatus",
            format!(
                "ChangeSet [{}] cannot be executed in its current status of [{}]",
                change_set.id, change_set.status
            ),
        ));
    }
    if stack.status.is_busy() {
        return Err(wrong_state(stack, "can not be updated"));
    }
    Ok(())
}

/// The resources that were deleted by hand and that the change set creates again.
fn gone(stack: &Stack, change_set: &ChangeSet) -> Vec<Record> {
    let gone = change_set
        .actual
        .iter()
        .filter(|(_, actual)| actual.is_none());
    gone.filter_map(|(name, _)| stack.current.resources.get(name).cloned())
        .collect()
}
