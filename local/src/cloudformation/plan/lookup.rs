//! How functions find the resources of a version.

use serde_json::Value;

use crate::cloudformation::model::{Record, Version};

/// Finds the resources that exist in `version`.
pub(crate) fn lookup_existing(
    version: &Version,
) -> impl Fn(&str, Option<&str>) -> Result<Value, String> {
    |name, attribute| look_up(version.existing_resource(name), name, attribute)
}

/// Finds all resources that `version` lists.
pub(crate) fn lookup_listed(
    version: &Version,
) -> impl Fn(&str, Option<&str>) -> Result<Value, String> {
    |name, attribute| look_up(version.resources.get(name), name, attribute)
}

/// What `Ref` (no attribute) or `Fn::GetAtt` of a resource returns.
///
/// # Errors
/// One sentence if there is no resource, or it does not have the attribute.
pub(super) fn look_up(
    record: Option<&Record>,
    logical_id: &str,
    attribute: Option<&str>,
) -> Result<Value, String> {
    let record = record.ok_or_else(|| format!("{logical_id} does not exist"))?;
    let Some(attribute) = attribute else {
        return Ok(record.physical_id.as_str().into());
    };
    let found = record
        .attributes
        .get(attribute)
        .or_else(|| record.properties.get(attribute));
    found
        .cloned()
        .ok_or_else(|| format!("Template error: resource {logical_id} does not support attribute type {attribute} in Fn::GetAtt"))
}
