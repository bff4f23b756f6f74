//! The policies of secrets.

use serde_json::Value;

use crate::account::State;

/// The policy of a secret, by its ARN.
pub(crate) fn resource_policy(state: &State, arn: &str) -> Option<Value> {
    let (_, secret) = state.secrets.get(arn).ok()?;
    secret.policy.as_deref().map(Value::from)
}

/// Whether any secret has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    state.secrets.0.values().any(|secret| secret.policy.is_some())
}
