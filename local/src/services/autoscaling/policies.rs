//! The policies of the account, and the alarms that they have made.

use super::alarms;
use super::scaling_policy::{ScalingPolicy, ScalingPolicyProperties};
use super::state::Policy;
use super::target::Key;
use crate::account::{Account, Item, State};
use crate::resources::ResourceType as _;
use crate::resources::subject::text;

/// A policy with its target.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    pub(super) arn: String,
    pub(super) key: Key,
    pub(super) properties: ScalingPolicyProperties,
    pub(super) kept: Policy,
}

/// All policies, by ARN.
pub(super) fn all(state: &State) -> Vec<Loaded> {
    let items = state.inventory.of_type(ScalingPolicy::NAME);
    items
        .filter_map(|(arn, item)| load(state, arn, item))
        .collect()
}

fn load(state: &State, arn: &str, item: &Item) -> Option<Loaded> {
    Some(Loaded {
        arn: arn.to_owned(),
        key: Key::of_policy(&item.properties)?,
        properties: item.read(),
        kept: state.scaling.policies.get(arn).cloned().unwrap_or_default(),
    })
}

/// The ARN of the policy of a target with this name.
pub(super) fn find(account: &Account, key: &Key, name: &str) -> Option<String> {
    account.read(|state| {
        let mut items = state.inventory.of_type(ScalingPolicy::NAME);
        let found = items.find(|(_, item)| {
            text(&item.properties, "PolicyName") == Some(name)
                && Key::of_policy(&item.properties).as_ref() == Some(key)
        });
        found.map(|(arn, _)| arn.to_owned())
    })
}

/// The ARNs of the policies of a target.
pub(super) fn of_target(account: &Account, key: &Key) -> Vec<String> {
    account.read(|state| {
        let items = state.inventory.of_type(ScalingPolicy::NAME);
        let own = items.filter(|(_, item)| Key::of_policy(&item.properties).as_ref() == Some(key));
        own.map(|(arn, _)| arn.to_owned()).collect()
    })
}

/// Makes the alarms of a policy that tracks a target value, in place of those that it had. `units` is the
/// capacity of its table now; those that are known already stay if there is none.
pub(super) fn put_alarms(account: &Account, arn: &str, units: Option<u64>) {
    if units.is_some() {
        account.change(|state| {
            if let Some(kept) = state.scaling.policies.get_mut(arn) {
                kept.units = units;
            }
        });
    }
    let policy = account.read(|state| {
        let item = state.inventory.get_of(ScalingPolicy::NAME, arn)?;
        load(state, arn, item)
    });
    let Some(policy) = policy else { return };
    let mut made = alarms::of(&policy);
    let known = &policy.kept.alarms;
    if units.is_some() && known.len() == made.len() {
        // The same alarms with other thresholds.
        for (alarm, name) in made.iter_mut().zip(known) {
            alarm.alarm_name.clone_from(name);
        }
    }
    let names: Vec<String> = made.iter().map(|alarm| alarm.alarm_name.clone()).collect();
    let old = known.iter().filter(|name| !names.contains(name)).cloned();
    let old: Vec<String> = old.collect();
    for alarm in made {
        alarms::put(account, alarm);
    }
    alarms::remove(account, &old);
    account.change(|state| {
        if let Some(kept) = state.scaling.policies.get_mut(arn) {
            kept.alarms = names;
        }
    });
}

/// Removes a policy with its alarms.
pub(super) fn remove(account: &Account, arn: &str) {
    let kept = account.change(|state| {
        state.inventory.remove(ScalingPolicy::NAME, arn);
        state.scaling.policies.remove(arn)
    });
    if let Some(kept) = kept {
        alarms::remove(account, &kept.alarms);
    }
}
