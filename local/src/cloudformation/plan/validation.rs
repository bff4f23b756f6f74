//! Pre-deployment validation: what a change set finds before it can be executed.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::refusal::Refusal;
use super::target::Target;
use crate::account::{Account, State};
use crate::cloudformation::model::{Action, Invalid, ResourceChange, Validation};
use crate::resources::{conflict, schema};

/// Validates all resources of the template: their `properties`, by logical id, and the names of those
/// that are new.
///
/// # Errors
/// Everything that is wrong, at every place.
pub(super) fn validate(
    account: &Account,
    state: &State,
    target: &Target,
    changes: &[ResourceChange],
    properties: &BTreeMap<String, Value>,
) -> Result<(), Refusal> {
    let mut findings = Vec::new();
    for (logical_id, properties) in properties {
        let resource_type = &target.definition(logical_id)?.resource_type;
        findings.extend(property_findings(logical_id, resource_type, properties));
    }
    let added = changes.iter().filter(|change| change.action == Action::Add);
    findings.extend(added.filter_map(|change| {
        let properties = properties.get(&change.logical_resource_id)?;
        name_conflict(account, state, change, properties)
    }));
    if findings.is_empty() {
        return Ok(());
    }
    Err(Refusal::Findings(findings))
}

fn property_findings(logical_id: &str, resource_type: &str, properties: &Value) -> Vec<Invalid> {
    let findings = schema(resource_type).map(|known| known.findings(properties));
    let findings = findings.into_iter().flatten();
    findings
        .filter_map(|finding| {
            Some(Invalid {
                logical_id: logical_id.to_owned(),
                resource_type: resource_type.to_owned(),
                validation: Validation::PropertyValidation,
                path: format!("/Resources/{logical_id}/Properties{}", finding.place()),
                reason: finding.early()?,
            })
        })
        .collect()
}

/// The words are from a public report: <https://github.com/aws-cloudformation/rain/pull/744>.
fn name_conflict(
    account: &Account,
    state: &State,
    change: &ResourceChange,
    properties: &Value,
) -> Option<Invalid> {
    let resource_type = &change.resource_type;
    let name = conflict(account, state, resource_type, properties)?;
    Some(Invalid {
        logical_id: change.logical_resource_id.clone(),
        resource_type: resource_type.clone(),
        validation: Validation::NameConflictValidation,
        path: format!("/Resources/{}", change.logical_resource_id),
        reason: format!(
            "Resource of type '{resource_type}' with identifier '{name}' already exists."
        ),
    })
}
