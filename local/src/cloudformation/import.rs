//! Import: resources that stand already become part of a stack.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::engine::Run;
use super::operations::required;
use super::stack::{Record, Version};
use super::template::Template;
use crate::account::{Account, State};
use crate::inventory::Item;
use crate::json;
use crate::protocol::AwsError;
use crate::resources::importable;

/// How long AWS takes for a resource: it reads it to make sure that it is as the template says.
const TAKES: Duration = Duration::from_secs(5);

/// The physical ids of the resources to import, by logical id.
pub(crate) type Imports = BTreeMap<String, String>;

/// Reads `ResourcesToImport` and makes sure that each stands.
///
/// # Errors
/// `ValidationError` naming the resource that cannot be imported.
pub(super) async fn read(account: &Account, input: &Value) -> Result<Imports, AwsError> {
    let list = input
        .get("ResourcesToImport")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut imports = Imports::new();
    for resource in &list {
        let logical_id = required(resource, "LogicalResourceId")?;
        let resource_type = required(resource, "ResourceType")?;
        let importable = importable(resource_type).ok_or_else(|| {
            AwsError::validation(format!("the local AWS cannot import {resource_type}"))
        })?;
        let name = importable.identifier;
        let id = identifier(resource, name).ok_or_else(|| {
            AwsError::validation(format!(
                "Resource identifier {name} is missing for {logical_id}"
            ))
        })?;
        if !importable.stands(account, &id).await {
            return Err(AwsError::validation(format!(
                "Resource {resource_type} with identifier {id} does not exist"
            )));
        }
        if account.read(|state| state.inventory.has(resource_type, &id)) {
            return Err(AwsError::validation(format!(
                "Resource {id} already belongs to a stack"
            )));
        }
        imports.insert(logical_id.to_owned(), id);
    }
    Ok(imports)
}

/// A map in the Query protocol: `ResourceIdentifier.entry.1.key` and `.value`.
fn identifier(resource: &Value, name: &str) -> Option<String> {
    let entries = resource
        .get("ResourceIdentifier")?
        .get("entry")?
        .as_object()?;
    let entry = entries
        .values()
        .find(|entry| json::member(entry, "key") == Some(name))?;
    json::member(entry, "value").map(str::to_owned)
}

/// Why the template cannot be imported with, if it cannot.
pub(super) fn refusal(
    template: &Template,
    imports: &Imports,
    standing: &Version,
    changes: &[Value],
) -> Option<String> {
    for logical_id in imports.keys() {
        let Some(definition) = template.resources.get(logical_id) else {
            return Some(format!("Resource {logical_id} is not in the template"));
        };
        if definition.deletion_policy.is_none() {
            return Some(format!(
                "Resources to import must have a DeletionPolicy attribute specified in the template: [{logical_id}]"
            ));
        }
    }
    let others: Vec<&str> = changes
        .iter()
        .filter(|change| change["ResourceChange"]["Action"] != "Import")
        .filter_map(|change| json::member(&change["ResourceChange"], "LogicalResourceId"))
        .collect();
    if !others.is_empty() {
        return Some(format!(
            "As part of the import operation, you cannot modify or add [{}]",
            others.join(", ")
        ));
    }
    let new_output = template
        .outputs
        .keys()
        .any(|name| !standing.outputs.contains_key(name));
    new_output
        .then(|| "As part of the import operation, you cannot modify or add [Outputs]".to_owned())
}

/// Carries out an import that [`super::operations`] has written into the stack.
pub(super) async fn carry_out(account: Arc<Account>, stack_id: String, imports: Imports) {
    let Some(run) = Run::new(account, stack_id) else {
        return;
    };
    for (logical_id, physical_id) in &imports {
        run.account.pace.wait(TAKES).await;
        if let Err(reason) = import_one(&run, logical_id, physical_id) {
            run.change(|stack| {
                stack.move_resource(logical_id, "IMPORT_FAILED", Some(&reason), |_| ());
                if let Some(previous) = stack.previous.take() {
                    stack.current = *previous;
                }
                stack.move_to("IMPORT_ROLLBACK_COMPLETE", Some(&reason));
            });
            return;
        }
    }
    run.change(|stack| {
        stack.previous = None;
        stack.move_to("IMPORT_COMPLETE", None);
    });
}

fn import_one(run: &Run, logical_id: &str, physical_id: &str) -> Result<(), String> {
    let target = run.target()?;
    let definition = target
        .template
        .resources
        .get(logical_id)
        .ok_or("it is not in the template")?;
    let properties = run.account.read(|state| {
        let lookup = |name: &str, _: Option<&str>| Err(format!("{name} does not stand"));
        target.properties(logical_id, state, &lookup)
    })?;
    let importable = importable(&definition.resource_type).ok_or("it cannot be imported")?;
    let attributes = importable.attributes(&run.account, physical_id, &properties);
    let record = Record {
        resource_type: definition.resource_type.clone(),
        physical_id: physical_id.to_owned(),
        attributes,
        properties,
        deletion_policy: definition.deletion_policy.clone(),
        update_replace_policy: definition.update_replace_policy.clone(),
        ..Record::default()
    };
    let item = Item {
        resource_type: record.resource_type.clone(),
        properties: record.properties.clone(),
        attributes: record.attributes.clone(),
    };
    run.account.change(|state: &mut State| {
        state.inventory.put(physical_id, item)?;
        let stack = run.find_mut(state).ok_or("the stack is gone")?;
        stack.move_resource(
            logical_id,
            "IMPORT_IN_PROGRESS",
            Some("Resource import started."),
            |kept| *kept = record,
        );
        stack.move_resource(
            logical_id,
            "IMPORT_COMPLETE",
            Some("Resource import completed."),
            |_| (),
        );
        Ok(())
    })
}
