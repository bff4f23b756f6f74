//! Checks an import: it must not change anything except the resources that it imports. Finds the
//! resources that exist already under the names of new ones.

use std::collections::BTreeMap;

use serde_json::Value;

use super::target::Target;
use crate::account::{Account, State};
use crate::cloudformation::model::{Action, Imports, Policy, ResourceChange, Version, owner};
use crate::cloudformation::template::Template;
use crate::resources::{conflict, importable};

/// The resources to import with `ImportExistingResources`: those whose name in the template is that of
/// a resource that belongs to no stack, and that are retained when they leave the stack:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html>.
pub(super) fn existing(
    account: &Account,
    state: &State,
    target: &Target,
    changes: &[ResourceChange],
    properties: &BTreeMap<String, Value>,
) -> Imports {
    let added = changes.iter().filter(|change| change.action == Action::Add);
    let found = added.filter_map(|change| {
        let logical_id = &change.logical_resource_id;
        let definition = target.definition(logical_id).ok()?;
        let is_retained = matches!(
            definition.deletion_policy,
            Some(Policy::Retain | Policy::RetainExceptOnCreate)
        );
        let resource_type = &definition.resource_type;
        let name = conflict(account, state, resource_type, properties.get(logical_id)?)?;
        let is_free = owner(&state.stacks, resource_type, &name).is_none();
        let is_importable = importable(resource_type).is_some();
        (is_retained && is_free && is_importable).then(|| (logical_id.clone(), name))
    });
    found.collect()
}

/// The reason why the template does not fit the import, if it does not.
pub(super) fn import_refusal(
    template: &Template,
    imports: &Imports,
    standing: &Version,
    changes: &[ResourceChange],
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
        .filter(|change| change.action != Action::Import)
        .map(|change| change.logical_resource_id.as_str())
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
