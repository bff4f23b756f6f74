//! The policies of topics.

use serde_json::Value;

use super::topics::Stored;
use crate::account::State;

/// The attribute with the policy of a topic.
pub(super) const POLICY: &str = "Policy";

/// The policy of a topic that has one of its own. That which every topic has from the beginning leaves
/// it to IAM what the account may do.
pub(crate) fn resource_policy(state: &State, arn: &str) -> Option<Value> {
    let topic = state.sns.topics.get(arn)?;
    own(topic).map(|policy| policy.as_str().into())
}

/// Whether any topic has a policy of its own.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    state.sns.topics.values().any(|topic| own(topic).is_some())
}

fn own(topic: &Stored) -> Option<&String> {
    topic.attributes.get(POLICY)
}
