//! Import: existing resources become part of a stack.

use std::sync::Arc;
use std::time::Duration;

use super::run::Run;
use crate::account::{Account, Item};
use crate::aws::AwsError;
use crate::cloudformation::model::{Imports, Record, ResourceStatus, StackStatus, owner};
use crate::cloudformation::plan::{SecretValues, lookup_existing};
use crate::resources;

/// How long AWS takes for a resource: it reads the resource and compares it with the template.
const TAKES: Duration = Duration::from_secs(5);

/// The physical id of a resource to import; `named` returns an identifier that the caller gave.
///
/// # Errors
/// `ValidationError` if there is no such resource, or it belongs to a stack already.
pub(crate) async fn importable(
    account: &Account,
    logical_id: &str,
    resource_type: &str,
    named: impl Fn(&str) -> Option<String>,
) -> Result<String, AwsError> {
    let importable = resources::importable(resource_type).ok_or_else(|| {
        AwsError::validation(format!("the local AWS cannot import {resource_type}"))
    })?;
    let name = &importable.identifier;
    let id = named(name).ok_or_else(|| {
        AwsError::validation(format!(
            "Resource identifier {name} is missing for {logical_id}"
        ))
    })?;
    if !importable.exists(account, &id).await {
        return Err(AwsError::validation(format!(
            "Resource {resource_type} with identifier {id} does not exist"
        )));
    }
    if account.read(|state| owner(&state.stacks, resource_type, &id).is_some()) {
        return Err(AwsError::validation(format!(
            "Resource {id} already belongs to a stack"
        )));
    }
    Ok(id)
}

/// Carries out the import that [`super::start`] has written into the stack.
pub(crate) async fn import(account: Arc<Account>, stack_id: String, imports: Imports) {
    let Some(run) = Run::new(account, stack_id) else {
        return;
    };
    for (logical_id, physical_id) in &imports {
        run.account.pace.wait(TAKES).await;
        if let Err(reason) = import_one(&run, logical_id, physical_id) {
            run.change(|stack| {
                let status = ResourceStatus::ImportFailed;
                stack.move_resource(logical_id, status, Some(&reason), |_| ());
                if let Some(previous) = stack.previous.take() {
                    stack.current = *previous;
                }
                stack.move_to(StackStatus::ImportRollbackComplete, Some(&reason));
            });
            return;
        }
    }
    run.change(|stack| {
        stack.previous = None;
        stack.move_to(StackStatus::ImportComplete, None);
    });
}

/// Makes an existing resource part of the stack. One that CloudFormation has created once is recorded
/// already, and stays as it is.
pub(super) fn import_one(run: &Run, logical_id: &str, physical_id: &str) -> Result<(), String> {
    let record = record(run, logical_id, physical_id)?;
    let item = Item {
        resource_type: record.resource_type.clone(),
        properties: record.properties.clone(),
        attributes: record.attributes.clone(),
    };
    run.account.change(|state| {
        if !state.inventory.has(&item.resource_type, physical_id) {
            state.inventory.put(physical_id, item)?;
        }
        let stack = run.find_mut(state);
        let (status, reason) = (
            ResourceStatus::ImportInProgress,
            Some("Resource import started."),
        );
        stack.move_resource(logical_id, status, reason, |kept| *kept = record);
        let (status, reason) = (
            ResourceStatus::ImportComplete,
            Some("Resource import completed."),
        );
        stack.move_resource(logical_id, status, reason, |_| ());
        Ok(())
    })
}

/// The record of an imported resource, from its definition in the template.
fn record(run: &Run, logical_id: &str, physical_id: &str) -> Result<Record, String> {
    let target = run.target()?;
    let definition = target.definition(logical_id)?;
    let (properties, secrets) = run.account.read(|state| {
        let lookup = lookup_existing(state, &run.find(state).current);
        target.properties(logical_id, state, &lookup, SecretValues::Fresh)
    })?;
    let importable = resources::importable(&definition.resource_type);
    let importable =
        importable.ok_or_else(|| format!("{} cannot be imported", definition.resource_type))?;
    Ok(Record {
        resource_type: definition.resource_type.clone(),
        physical_id: physical_id.to_owned(),
        attributes: importable.attributes(&run.account, physical_id, &properties),
        properties,
        secrets,
        deletion_policy: definition.deletion_policy,
        update_replace_policy: definition.update_replace_policy,
        ..Record::default()
    })
}
