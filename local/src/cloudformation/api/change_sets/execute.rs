//! `ExecuteChangeSet`.

use std::sync::Arc;

use serde::Deserialize;

use crate::account::{Account, State};
use crate::aws::AwsError;
use crate::cloudformation::api::find::{change_set, wrong_state};
use crate::cloudformation::api::wire::Nothing;
use crate::cloudformation::engine;
use crate::cloudformation::model::{
    ChangeSet, ChangeSetType, ExecutionStatus, Imports, Record, Stack, by_id_mut,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloudformation::api) struct Input {
    change_set_name: String,
    stack_name: Option<String>,
    client_request_token: Option<String>,
    #[serde(default)]
    disable_rollback: bool,
}

pub(in crate::cloudformation::api) fn execute(
    account: &Arc<Account>,
    input: Input,
) -> Result<Nothing, AwsError> {
    let (stack_id, imports) = account.change(|state| begin(state, input))?;
    match imports {
        Some(imports) => tokio::spawn(engine::import(Arc::clone(account), stack_id, imports)),
        None => tokio::spawn(engine::deploy(Arc::clone(account), stack_id)),
    };
    Ok(Nothing {})
}

/// Moves the stack to an `IN_PROGRESS` status. Returns its ARN, and the imports if the change set
/// is an import.
fn begin(state: &mut State, input: Input) -> Result<(String, Option<Imports>), AwsError> {
    let of_stack = input.stack_name.as_deref();
    let (stack, change_set) = change_set(state, &input.change_set_name, of_stack)?;
    check(stack, change_set, input.disable_rollback)?;
    let (stack_id, name) = (stack.id.clone(), change_set.name.clone());
    let stack = by_id_mut(&mut state.stacks, &stack_id).expect("it was found just now");
    // Executing one change set deletes the others of the stack.
    let change_set = std::mem::take(&mut stack.change_sets)
        .into_iter()
        .find(|known| known.name == name)
        .expect("it was found just now");
    let imports = (change_set.kind == ChangeSetType::Import).then(|| change_set.imports.clone());
    let gone = gone(stack, &change_set);
    let token = input.client_request_token;
    engine::start(stack, change_set, token, input.disable_rollback);
    // Remove the resources that were deleted by hand from the inventory: new ones may have their
    // names.
    for record in gone {
        let (resource_type, id) = (&record.resource_type, &record.physical_id);
        state.inventory.remove(resource_type, id);
    }
    Ok((stack_id, imports))
}

fn check(stack: &Stack, change_set: &ChangeSet, disable_rollback: bool) -> Result<(), AwsError> {
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
    if disable_rollback && change_set.kind == ChangeSetType::Update {
        return Err(AwsError::validation(
            "the local AWS has no DisableRollback for updates",
        ));
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
