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
    /// What it refers to comes first, as with the properties.
    pub(crate) metadata: Value,
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
            "[/Resources/{logical_id}] resource definition is malformed"
        )));
    };
    let resource_type = string(&mut members, "Type")?.ok_or_else(|| {
        format_error(&format!(
            "[/Resources/{logical_id}] Every Resources object must contain a Type member."
        ))
    })?;
    let condition = string(&mut members, "Condition")?;
    let deletion_policy = string(&mut members, "DeletionPolicy")?;
    let update_replace_policy = string(&mut members, "UpdateReplacePolicy")?;
    let depends_on = depends_on(logical_id, members.remove("DependsOn"))?;
    let properties = members.remove("Properties").unwrap_or_else(|| json!({}));
    let metadata = members.remove("Metadata").unwrap_or(Value::Null);
    // Types that do not take such a policy ignore it: https://github.com/aws-cloudformation/cfn-lint/issues/3598.
    let policies = ["CreationPolicy", "UpdatePolicy"].map(|name| members.remove(name));
    let objects = policies.iter().flatten().chain([&metadata]);
    // https://github.com/aws-cloudformation/cfn-lint/pull/4641
    if objects
        .into_iter()
        .any(|kept| !kept.is_null() && !kept.is_object())
    {
        return Err(format_error("Expected an object"));
    }
    if let Some(unknown) = members.keys().next() {
        return Err(AwsError::validation(format!(
            "Invalid template resource property '{unknown}'"
        )));
    }
    if !properties.is_object() {
        return Err(format_error(&format!(
            "[/Resources/{logical_id}] resource definition is malformed"
        )));
    }
    let of = |attribute, value: Option<String>| {
        policy(&resource_type, logical_id, attribute, value.as_deref())
    };
    Ok(Definition {
        deletion_policy: of("DeletionPolicy", deletion_policy)?,
        update_replace_policy: of("UpdateReplacePolicy", update_replace_policy)?,
        resource_type,
        properties,
        metadata,
        depends_on,
        condition,
    })
}

/// A member that is a text. Functions are not allowed there without a transform; the sentence is in
/// <https://aws.amazon.com/premiumsupport/knowledge-center/cloudformation-template-validation/>.
fn string(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, AwsError> {
    match members.remove(name) {
        Some(Value::Object(_) | Value::Array(_)) => Err(format_error(&format!(
            "Every {name} member must be a string."
        ))),
        scalar => Ok(scalar.as_ref().map(json::text)),
    }
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

/// The policies of a resource:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>.
/// No type here has snapshots; the sentence is from
/// <https://github.com/eucalyptus/eucalyptus> and public reports of the CDK.
fn policy(
    resource_type: &str,
    logical_id: &str,
    attribute: &str,
    value: Option<&str>,
) -> Result<Option<Policy>, AwsError> {
    match value {
        None => Ok(None),
        Some("Delete") => Ok(Some(Policy::Delete)),
        Some("Retain") => Ok(Some(Policy::Retain)),
        Some("RetainExceptOnCreate") if attribute == "DeletionPolicy" => {
            Ok(Some(Policy::RetainExceptOnCreate))
        }
        Some("Snapshot") => Err(AwsError::validation(format!(
            "Template error: resource type {resource_type} does not support {} policy Snapshot",
            match attribute {
                "DeletionPolicy" => "deletion",
                _ => "update replace",
            }
        ))),
        Some(other) => Err(format_error(&format!(
            "Unrecognized {attribute} {other} for resource {logical_id}"
        ))),
    }
}
