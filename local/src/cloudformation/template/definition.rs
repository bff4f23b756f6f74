//! The entries of the section `Resources`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::format_error;
use crate::aws::{AwsError, json};
use crate::cloudformation::model::Policy;

/// One entry of the section `Resources`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Definition {
    pub(crate) resource_type: String,
    pub(crate) properties: Value,
    pub(crate) depends_on: Vec<String>,
    pub(crate) condition: Option<String>,
    pub(crate) deletion_policy: Option<Policy>,
    pub(crate) update_replace_policy: Option<Policy>,
}

pub(super) fn definitions(
    resources: Map<String, Value>,
) -> Result<BTreeMap<String, Definition>, AwsError> {
    resources
        .into_iter()
        .map(|(logical_id, body)| Ok((logical_id.clone(), definition(&logical_id, body)?)))
        .collect()
}

fn definition(logical_id: &str, body: Value) -> Result<Definition, AwsError> {
    if !logical_id.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(format_error(&format!(
            "Resource name {logical_id} is non alphanumeric."
        )));
    }
    let Value::Object(mut members) = body else {
        return Err(format_error(&format!(
            "[/Resources/{logical_id}] resource definition must be an object"
        )));
    };
    let mut text = |name: &str| members.remove(name).map(|value| json::text(&value));
    let resource_type = text("Type").ok_or_else(|| {
        format_error(&format!(
            "[/Resources/{logical_id}] Every Resources object must contain a Type member."
        ))
    })?;
    let condition = text("Condition");
    let deletion_policy = text("DeletionPolicy");
    let update_replace_policy = text("UpdateReplacePolicy");
    let depends_on = depends_on(logical_id, members.remove("DependsOn"))?;
    let properties = members.remove("Properties").unwrap_or_else(|| json!({}));
    for kept in ["Metadata", "CreationPolicy", "UpdatePolicy"] {
        members.remove(kept);
    }
    if let Some(unknown) = members.keys().next() {
        return Err(AwsError::validation(format!(
            "Invalid template resource property '{unknown}'"
        )));
    }
    Ok(Definition {
        resource_type,
        properties,
        depends_on,
        condition,
        deletion_policy: policy(logical_id, deletion_policy.as_deref())?,
        update_replace_policy: policy(logical_id, update_replace_policy.as_deref())?,
    })
}

fn depends_on(logical_id: &str, names: Option<Value>) -> Result<Vec<String>, AwsError> {
    let names = match names {
        None => return Ok(Vec::new()),
        Some(Value::Array(names)) => names,
        Some(name) => vec![name],
    };
    let names = names.into_iter().map(|name| match name {
        Value::String(name) => Ok(name),
        _ => Err(format_error(&format!(
            "[/Resources/{logical_id}/DependsOn] DependsOn must be a string or list of strings."
        ))),
    });
    names.collect()
}

fn policy(logical_id: &str, name: Option<&str>) -> Result<Option<Policy>, AwsError> {
    match name {
        None => Ok(None),
        Some("Delete") => Ok(Some(Policy::Delete)),
        Some("Retain") => Ok(Some(Policy::Retain)),
        Some("RetainExceptOnCreate") => Ok(Some(Policy::RetainExceptOnCreate)),
        Some(other) => Err(format_error(&format!(
            "[/Resources/{logical_id}] the local AWS has no deletion policy {other}; use Delete, Retain or RetainExceptOnCreate."
        ))),
    }
}
