//! The policies of repositories.

use serde_json::Value;

use crate::account::State;

/// The policy of a resource such as `repository/NAME`.
pub(crate) fn resource_policy(state: &State, resource: &str) -> Option<Value> {
    let name = resource.strip_prefix("repository/")?;
    let policy = state.repositories.get(name)?.policy.as_deref()?;
    Some(policy.into())
}

/// Whether any repository has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    state.repositories.all().any(|(_, one)| one.policy.is_some())
}
