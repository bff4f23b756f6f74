//! The policies of keys.

use serde_json::Value;

use crate::account::State;

/// The policy of a resource such as `key/ID`.
pub(crate) fn resource_policy(state: &State, resource: &str) -> Option<Value> {
    let id = resource.strip_prefix("key/")?;
    Some(state.kms.keys.get(id)?.policy.as_str().into())
}

/// Whether there is a key of a user: each has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    !state.kms.keys.is_empty()
}
