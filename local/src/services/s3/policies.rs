//! The policies of buckets.

use serde_json::Value;

use super::bucket_policy::BUCKET_POLICY;
use crate::account::State;

/// The policy of the bucket of a resource, such as `bucket/key`.
pub(crate) fn resource_policy(state: &State, resource: &str) -> Option<Value> {
    let bucket = resource.split('/').next()?;
    let item = state.inventory.get_of(BUCKET_POLICY, bucket)?;
    item.properties.get("PolicyDocument").cloned()
}

/// Whether any bucket has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    state.inventory.of_type(BUCKET_POLICY).next().is_some()
}
