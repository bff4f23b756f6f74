//! Which listeners and rules use a target group.

use crate::account::State;
use crate::resources::ResourceType as _;
use crate::services::elb::listener::{Listener, ListenerProperties};
use crate::services::elb::listener_rule::{ListenerRule, ListenerRuleProperties};

/// The load balancers whose listeners or rules forward to the target group.
pub(super) fn load_balancers_of(state: &State, group: &str) -> Vec<String> {
    let listeners: Vec<(String, ListenerProperties)> = state
        .inventory
        .of_type(Listener::NAME)
        .map(|(arn, item)| (arn.to_owned(), item.read()))
        .collect();
    let direct = listeners
        .iter()
        .filter(|(_, listener)| uses(&listener.default_actions, group))
        .map(|(_, listener)| listener.load_balancer_arn.clone());
    let rules = state.inventory.of_type(ListenerRule::NAME);
    let by_rule = rules.filter_map(|(_, item)| {
        let rule: ListenerRuleProperties = item.read();
        let listener = listeners.iter().find(|(arn, _)| *arn == rule.listener_arn);
        uses(&rule.actions, group).then_some(listener?.1.load_balancer_arn.clone())
    });
    let mut all: Vec<String> = direct.chain(by_rule).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn uses(actions: &[super::routing::Action], group: &str) -> bool {
    let mut groups = actions.iter().flat_map(super::routing::Action::groups);
    groups.any(|(arn, _)| arn == group)
}
