//! How other services see and change where a listener rule forwards to.

use std::sync::Arc;

use serde_json::{Value, json};

use super::listener::{Listener, ListenerProperties};
use super::listener_rule::{ListenerRule, ListenerRuleProperties};
use super::live::refresh;
use super::mark;
use super::routing::Action;
use crate::account::{Account, State};
use crate::resources::ResourceType as _;

/// Where a rule forwards to.
#[derive(Debug, Clone)]
pub(crate) struct Forwarding {
    /// The ARN of its listener.
    pub(crate) listener: String,
    /// Whether it is the default rule.
    pub(crate) is_default: bool,
    /// The ARNs of the target groups with their weights.
    pub(crate) groups: Vec<(String, u64)>,
    /// Whether it does nothing but forward.
    pub(crate) only_forwards: bool,
}

/// The ARN of the default rule follows from the listener's.
pub(super) fn default_rule_arn(listener: &str) -> String {
    let rule = listener.replacen(":listener/", ":listener-rule/", 1);
    format!("{rule}/{}", &mark(listener)[..16])
}

/// Where the rule with this ARN forwards to.
pub(crate) fn forwarding(state: &State, rule: &str) -> Option<Forwarding> {
    if let Some(item) = state.inventory.get(rule)
        && item.resource_type == ListenerRule::NAME
    {
        let properties: ListenerRuleProperties = item.read();
        let actions = &properties.actions;
        return Some(read(properties.listener_arn.clone(), false, actions));
    }
    let (listener, properties) = default_of(state, rule)?;
    Some(read(listener, true, &properties.default_actions))
}

fn default_of(state: &State, rule: &str) -> Option<(String, ListenerProperties)> {
    let mut listeners = state.inventory.of_type(Listener::NAME);
    let (arn, item) = listeners.find(|(arn, _)| default_rule_arn(arn) == rule)?;
    Some((arn.to_owned(), item.read()))
}

fn read(listener: String, is_default: bool, actions: &[Action]) -> Forwarding {
    let groups = actions.iter().flat_map(Action::groups);
    Forwarding {
        listener,
        is_default,
        groups: groups
            .map(|(arn, weight)| (arn.to_owned(), weight))
            .collect(),
        only_forwards: actions.iter().all(|action| action.r#type == "forward"),
    }
}

/// Sets the weights of the target groups that a rule forwards to.
///
/// # Errors
/// The reason why the rule cannot be changed.
pub(crate) fn set_weights(
    account: &Arc<Account>,
    rule: &str,
    weights: &[(&str, u64)],
) -> Result<(), String> {
    let missing = || "One or more rules not found".to_owned();
    let known = account.read(|state| forwarding(state, rule));
    let known = known.ok_or_else(missing)?;
    let (kind, id, member) = if known.is_default {
        (Listener::NAME, known.listener.as_str(), "DefaultActions")
    } else {
        (ListenerRule::NAME, rule, "Actions")
    };
    account.change(|state| {
        let item = state.inventory.get_mut(kind, id).ok_or_else(missing)?;
        let actions = item.properties[member].as_array_mut();
        let mut actions = actions.into_iter().flatten();
        let forward = actions.find(|action| action["Type"] == "forward");
        forward_to(forward.ok_or_else(missing)?, weights);
        Ok::<_, String>(())
    })?;
    refresh(account, &known.listener, None)
}

/// A rule that ECS has changed has a weighted action only.
fn forward_to(action: &mut Value, weights: &[(&str, u64)]) {
    let groups = weights.iter();
    let groups: Vec<Value> = groups
        .map(|(arn, weight)| json!({"TargetGroupArn": arn, "Weight": weight}))
        .collect();
    action["ForwardConfig"]["TargetGroups"] = groups.into();
    if let Some(members) = action.as_object_mut() {
        members.remove("TargetGroupArn");
    }
}
