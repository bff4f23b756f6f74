//! The rule groups that AWS manages.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::{AwsError, page, page_size};
use crate::services::wafv2::managed::{GROUPS, Group, Rule, group};
use crate::services::wafv2::words::{self, NONEXISTENT};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    #[serde(rename = "Scope")]
    _scope: String,
    vendor_name: String,
    name: String,
    version_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Versions {
    #[serde(rename = "Scope")]
    _scope: String,
    vendor_name: String,
    name: String,
    #[serde(rename = "Limit")]
    _limit: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    #[serde(rename = "Scope")]
    _scope: String,
    next_marker: Option<String>,
    limit: Option<i64>,
}

pub(super) fn describe(input: &Named) -> Result<Value, AwsError> {
    let group = found(&input.vendor_name, &input.name)?;
    if input.version_name.is_some() {
        return Err(AwsError::not_yet("VersionName"));
    }
    let rules = group.rules.iter().map(rule);
    Ok(json!({
        "Capacity": group.capacity,
        "Rules": rules.collect::<Vec<_>>(),
    }))
}

/// The versions of the groups change every few weeks, and they expire: the local AWS knows none of them.
pub(super) fn versions(input: &Versions) -> Result<Value, AwsError> {
    found(&input.vendor_name, &input.name)?;
    Ok(json!({"Versions": []}))
}

pub(super) fn list(input: &List) -> Result<Value, AwsError> {
    let all = GROUPS.iter().map(|group| {
        json!({
            "VendorName": "AWS",
            "Name": group.name,
            "VersioningSupported": group.is_versioned,
        })
    });
    let (page, next) = page(
        all,
        page_size(input.limit, 100),
        input.next_marker.as_deref(),
    )
    .ok_or_else(|| AwsError::new("WAFInvalidParameterException", "The marker is not valid."))?;
    Ok(json!({"ManagedRuleGroups": page, "NextMarker": next}))
}

fn found(vendor: &str, name: &str) -> Result<&'static Group, AwsError> {
    group(vendor, name).ok_or_else(|| words::error(NONEXISTENT))
}

fn rule(rule: &Rule) -> Value {
    let action = if rule.counts { "Count" } else { "Block" };
    json!({"Name": rule.name, "Action": {action: {}}})
}
