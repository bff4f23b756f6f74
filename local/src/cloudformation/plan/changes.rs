//! Which resources a version adds, changes, replaces and removes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::context::context;
use super::dynamic::SecretValues;
use super::lookup::look_up;
use super::modification::modification;
use super::refusal::Refusal;
use super::target::Target;
use crate::account::State;
use crate::aws::KNOWN_AFTER_APPLY;
use crate::cloudformation::model::{
    Action, Imports, Policy, PolicyAction, Record, Replacement, ResourceChange, Secrets, Version,
};
use crate::cloudformation::template::{Definition, in_order};

/// The changes from `standing` to `target`, in the order in which resources are created, and the
/// properties of all resources of `target`.
///
/// # Errors
/// The reason if a function cannot be resolved, or the type of a resource changes.
pub(super) fn changes(
    target: &Target,
    standing: &Version,
    imports: &Imports,
    state: &State,
) -> Result<(Vec<ResourceChange>, BTreeMap<String, Value>), Refusal> {
    let active = target.active(state)?;
    let mut planned = Planned::default();
    let mut changes = Vec::new();
    let none = Secrets::new();
    // The check of the template refuses cycles, so the first list holds all names.
    for logical_id in in_order(&active).0 {
        let definition = target.definition(&logical_id)?;
        let existing = standing.existing_resource(&logical_id);
        let known = existing.map_or(&none, |record| &record.secrets);
        let secrets = SecretValues::Planned(known);
        let (properties, _) = target.resolved(
            &logical_id,
            state,
            &planned.lookup(state, standing),
            secrets,
        )?;
        let tagged = target.tagged(definition, properties.clone());
        let change = match existing {
            None => {
                let import = imports.get(&logical_id).cloned();
                Some(addition(&logical_id, definition, &tagged, import))
            }
            Some(record) => {
                check_type(&logical_id, definition, record)?;
                modification(&logical_id, definition, record, &tagged)
            }
        };
        if change.as_ref().is_some_and(makes_new_resource) {
            planned.new.insert(logical_id.clone());
        }
        planned.properties.insert(logical_id, properties);
        changes.extend(change);
    }
    let gone = standing
        .existing()
        .filter(|(name, _)| !active.contains_key(*name));
    changes.extend(gone.map(|(name, record)| removal(name, record)));
    Ok((changes, planned.properties))
}

/// The known ids and attributes of the resources planned so far.
#[derive(Default)]
struct Planned {
    /// Those that the execution creates: their ids and attributes are not known yet.
    new: BTreeSet<String>,
    properties: BTreeMap<String, Value>,
}

impl Planned {
    fn lookup(
        &self,
        state: &State,
        standing: &Version,
    ) -> impl Fn(&str, Option<&str>) -> Result<Value, String> {
        |name, attribute| {
            let known = standing
                .existing_resource(name)
                .filter(|_| !self.new.contains(name));
            if known.is_none() {
                return Ok(KNOWN_AFTER_APPLY.into());
            }
            let property =
                attribute.and_then(|attribute| self.properties.get(name)?.get(attribute));
            property
                .cloned()
                .map_or_else(|| look_up(state, known, name, attribute), Ok)
        }
    }
}

fn check_type(logical_id: &str, definition: &Definition, record: &Record) -> Result<(), Refusal> {
    if record.resource_type == definition.resource_type {
        return Ok(());
    }
    Err(Refusal::Template(format!(
        "Update of resource type is not permitted. The new template modifies resource type of the following resources: [{logical_id}]"
    )))
}

fn makes_new_resource(change: &ResourceChange) -> bool {
    change.action != Action::Modify || change.replacement == Some(Replacement::True)
}

/// A resource that is created, or imported with the physical id `import`.
fn addition(
    logical_id: &str,
    definition: &Definition,
    properties: &Value,
    import: Option<String>,
) -> ResourceChange {
    let action = if import.is_some() {
        Action::Import
    } else {
        Action::Add
    };
    ResourceChange {
        physical_resource_id: import,
        after_context: Some(context(properties)),
        ..ResourceChange::new(action, logical_id, &definition.resource_type)
    }
}

fn removal(logical_id: &str, record: &Record) -> ResourceChange {
    let policy_action = match record.deletion_policy {
        Some(Policy::Delete) | None => PolicyAction::Delete,
        Some(Policy::Retain | Policy::RetainExceptOnCreate) => PolicyAction::Retain,
    };
    ResourceChange {
        policy_action: Some(policy_action),
        physical_resource_id: Some(record.physical_id.clone()),
        before_context: Some(context(&record.properties)),
        ..ResourceChange::new(Action::Remove, logical_id, &record.resource_type)
    }
}
