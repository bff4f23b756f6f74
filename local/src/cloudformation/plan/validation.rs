//! Pre-deployment validation: what a change set finds before it can be executed.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::refusal::Refusal;
use super::target::Target;
use crate::account::{Account, State};
use crate::cloudformation::model::{Action, Invalid, ResourceChange, Stack, Validation};
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
    stack: &Stack,
    changes: &[ResourceChange],
    properties: &BTreeMap<String, Value>,
) -> Result<(), Refusal> {
    let mut findings = Vec::new();
    for (logical_id, properties) in properties {
        let resource_type = &target.definition(logical_id)?.resource_type;
        findings.extend(property_findings(logical_id, resource_type, properties));
    }
    let added = changes.iter().filter(|change| change.action == Action::Add);
    let conflicts = added.filter_map(|change| {
        let logical_id = &change.logical_resource_id;
        let conflict = name_conflict(account, state, change, properties.get(logical_id)?);
        // A resource that was deleted by hand has its record still.
        let own = stack.current.resources.get(logical_id);
        conflict.filter(|(name, _)| own.is_none_or(|record| record.physical_id != *name))
    });
    findings.extend(conflicts.map(|(_, finding)| finding));
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

/// The name that a resource of the account has already, and what is found.
///
/// The words are from a public report: <https://github.com/aws-cloudformation/rain/pull/744>.
fn name_conflict(
    account: &Account,
    state: &State,
    change: &ResourceChange,
    properties: &Value,
) -> Option<(String, Invalid)> {
    let resource_type = &change.resource_type;
    let name = conflict(account, state, resource_type, properties)?;
    let finding = Invalid {
        logical_id: change.logical_resource_id.clone(),
        resource_type: resource_type.clone(),
        validation: Validation::NameConflictValidation,
        path: format!("/Resources/{}", change.logical_resource_id),
        reason: format!(
            "Resource of type '{resource_type}' with identifier '{name}' already exists."
        ),
    };
    Some((name, finding))
}
