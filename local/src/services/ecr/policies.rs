//! The policies of repositories.

use serde_json::Value;

use crate::account::State;
use crate::resources::subject::{Subject, at};
use crate::services::iam::{Fault, examine};

pub(super) fn repository_policy(subject: &Subject<'_>) -> Result<(), String> {
    let policy = at(subject.properties, "RepositoryPolicyText");
    policy.map_or(Ok(()), |policy| {
        check(subject.state, subject.region, policy)
    })
}

/// Checks the policy of a repository: it has no resources
/// (<https://github.com/awsdocs/amazon-ecr-user-guide/pull/20>), and its principals exist.
///
/// # Errors
/// ECR's sentence.
pub(super) fn check(state: &State, region: &str, policy: &Value) -> Result<(), String> {
    let what = match examine(state, region, policy) {
        Ok(document)
            if document
                .statements
                .iter()
                .all(|one| one.resources.is_none()) =>
        {
            return Ok(());
        }
        Err(Fault::Principal) => "Principal not found",
        _ => "Invalid repository policy provided",
    };
    Err(format!(
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: '{what}'"
    ))
}

/// The policy of a resource such as `repository/NAME`.
pub(crate) fn resource_policy(state: &State, resource: &str) -> Option<Value> {
    let name = resource.strip_prefix("repository/")?;
    let policy = state.repositories.get(name)?.policy.as_deref()?;
    Some(policy.into())
}

/// Whether any repository has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    state
        .repositories
        .all()
        .any(|(_, one)| one.policy.is_some())
}
