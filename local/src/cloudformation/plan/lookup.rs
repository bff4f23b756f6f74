//! How functions find the resources of a version.

use serde_json::Value;

use crate::account::State;
use crate::cloudformation::model::{Record, Version};
use crate::resources::current_attribute;

/// Finds the resources that exist in `version`.
pub(crate) fn lookup_existing(
    state: &State,
    version: &Version,
) -> impl Fn(&str, Option<&str>) -> Result<Value, String> {
    |name, attribute| look_up(state, version.existing_resource(name), name, attribute)
}

/// Finds all resources that `version` lists.
pub(crate) fn lookup_listed(
    state: &State,
    version: &Version,
) -> impl Fn(&str, Option<&str>) -> Result<Value, String> {
    |name, attribute| look_up(state, version.resources.get(name), name, attribute)
}

/// What `Ref` (no attribute) or `Fn::GetAtt` of a resource returns. An attribute is read from the
/// resource itself: another one may have changed it, as an IPv6 block adds to its VPC.
///
/// # Errors
/// One sentence if there is no resource, or it does not have the attribute.
pub(super) fn look_up(
    state: &State,
    record: Option<&Record>,
    logical_id: &str,
    attribute: Option<&str>,
) -> Result<Value, String> {
    let record = record.ok_or_else(|| format!("{logical_id} does not exist"))?;
    let Some(attribute) = attribute else {
        return Ok(record.physical_id.as_str().into());
    };
    let (kind, id) = (&record.resource_type, &record.physical_id);
    if let Some(current) = current_attribute(state, kind, id, attribute) {
        return Ok(current);
    }
    let item = state
        .inventory
        .get_of(&record.resource_type, &record.physical_id);
    let found = item
        .and_then(|item| item.attributes.get(attribute))
        .or_else(|| record.attributes.get(attribute))
        .or_else(|| record.properties.get(attribute));
    found
        .cloned()
        .ok_or_else(|| format!("Template error: resource {logical_id} does not support attribute type {attribute} in Fn::GetAtt"))
}
