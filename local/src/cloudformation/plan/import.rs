//! Checks an import: it must not change anything except the resources that it imports.

use crate::cloudformation::model::{Action, Imports, ResourceChange, Version};
use crate::cloudformation::template::Template;

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
