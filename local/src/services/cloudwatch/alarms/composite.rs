//! Composite alarms: their state is what their rule says of the states of other alarms.

use std::collections::BTreeSet;

use super::definition::CompositeAlarm;
use super::rule::Rule;
use super::state::{Alarms, Definition, StateValue};
use super::suppress::released;
use super::transition::{act, set_state};
use crate::account::Account;

/// Checks that the alarms of a rule exist, and do not depend on the alarm itself.
///
/// # Errors
/// CloudWatch's sentence.
pub(crate) fn check_rule(alarms: &Alarms, name: &str, rule: &Rule) -> Result<(), String> {
    let named = rule.alarms();
    let missing = named
        .iter()
        .filter(|name| !alarms.alarms.contains_key(**name));
    let missing: Vec<&str> = missing.copied().collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        return Err(format!(
            "Could not save the composite alarm as alarms [{missing}] in the alarm rule do not exist"
        ));
    }
    if depends(alarms, &named, name) {
        return Err(format!(
            "Could not save the composite alarm as its rule depends on the alarm {name} itself"
        ));
    }
    Ok(())
}

/// Whether one of the alarms is `name`, or depends on it.
fn depends(alarms: &Alarms, named: &BTreeSet<&str>, name: &str) -> bool {
    let mut waiting: Vec<String> = named.iter().map(|one| (*one).to_owned()).collect();
    let mut seen = BTreeSet::new();
    while let Some(one) = waiting.pop() {
        if one == name {
            return true;
        }
        let own = alarms.alarms.get(&one).map(|alarm| &alarm.definition);
        if let Some(Definition::Composite(own)) = own
            && seen.insert(one)
            && let Ok(rule) = Rule::new(&own.alarm_rule)
        {
            waiting.extend(rule.alarms().into_iter().map(str::to_owned));
        }
    }
    false
}

/// Checks that no composite alarm depends on the alarm `name`, except those in `gone`.
///
/// # Errors
/// CloudWatch's sentence.
pub(crate) fn check_removal(alarms: &Alarms, name: &str, gone: &[String]) -> Result<(), String> {
    let mut composites = alarms.alarms.iter().filter_map(|(own, alarm)| {
        let Definition::Composite(composite) = &alarm.definition else {
            return None;
        };
        let rule = Rule::new(&composite.alarm_rule).ok()?;
        (!gone.contains(own) && rule.alarms().contains(name)).then_some(own)
    });
    match composites.next() {
        Some(user) => Err(format!(
            "Alarm {name} cannot be deleted as there are composite alarms depending on it: {user}"
        )),
        None => Ok(()),
    }
}

/// Sets the state of a composite alarm to what its rule says.
pub(super) fn judge(account: &Account, alarm: &CompositeAlarm, before: StateValue) {
    if let Some((alarm, before)) = released(account, alarm) {
        act(account, &alarm, before);
    }
    let Ok(rule) = Rule::new(&alarm.alarm_rule) else {
        return;
    };
    let holds = account.read(|state| rule.holds(&state.alarms));
    let value = if holds {
        StateValue::Alarm
    } else {
        StateValue::Ok
    };
    if value == before {
        return;
    }
    let cause = account.read(|state| {
        let named = rule.alarms().into_iter();
        let known = named.filter_map(|name| state.alarms.alarms.get(name));
        let newest =
            known.max_by(|one, other| one.state.transitioned.total_cmp(&other.state.transitioned));
        newest.map(|alarm| (alarm.arn.clone(), alarm.state.value.name()))
    });
    let name = &alarm.alarm_name;
    let arn = super::arn(account, name);
    let reason = match cause {
        Some((cause, state)) => format!(
            "{cause} transitioned to {state}, and the alarm rule of {arn} is {}",
            if holds { "met" } else { "not met" }
        ),
        None => format!(
            "{arn} was created and its alarm rule evaluates to {}",
            value.name()
        ),
    };
    set_state(account, name, value, &reason, None);
}
