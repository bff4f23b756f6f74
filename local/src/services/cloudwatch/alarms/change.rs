//! Creates, changes and deletes alarms.

use std::collections::BTreeMap;

use serde_json::json;

use super::composite::check_removal;
use super::reason::UNCHECKED;
use super::state::{Alarm, AlarmState, Alarms, Definition, Event, StateValue};
use crate::account::Account;
use crate::aws::seconds;

/// Creates an alarm, or changes the definition of the one with this name. A changed alarm keeps its
/// state and its tags.
pub(crate) fn put(account: &Account, definition: Definition, tags: BTreeMap<String, String>) {
    let now = seconds();
    let (name, is_composite) = match &definition {
        Definition::Metric(one) => (one.alarm_name.clone(), false),
        Definition::Composite(one) => (one.alarm_name.clone(), true),
    };
    let arn = arn(account, &name);
    account.change(|state| {
        let all = &mut state.alarms;
        let verb = if all.alarms.contains_key(&name) {
            "updated"
        } else {
            "created"
        };
        let alarm = all.alarms.entry(name.clone()).or_insert_with(|| Alarm {
            arn,
            definition: definition.clone(),
            state: AlarmState {
                value: StateValue::InsufficientData,
                reason: UNCHECKED.to_owned(),
                data: None,
                updated: now,
                transitioned: now,
            },
            configured: now,
            tags,
            held: None,
        });
        alarm.definition = definition;
        alarm.configured = now;
        let event = configured(&name, is_composite, verb, now);
        all.remember(event);
    });
    account.alarm_actions.forget(&name);
}

/// Replaces the tags of an alarm.
pub(crate) fn set_tags(account: &Account, name: &str, tags: BTreeMap<String, String>) {
    account.change(|state| {
        if let Some(alarm) = state.alarms.alarms.get_mut(name) {
            alarm.tags = tags;
        }
    });
}

/// Deletes an alarm. Returns whether there was one.
pub(crate) fn remove(account: &Account, name: &str) -> bool {
    let is_removed = account.change(|state| remove_from(&mut state.alarms, name));
    account.alarm_actions.forget(name);
    is_removed
}

/// Deletes alarms, unless a composite alarm that stays depends on one of them.
///
/// # Errors
/// CloudWatch's sentence.
pub(crate) fn remove_all(account: &Account, names: &[String]) -> Result<(), Kept> {
    account.change(|state| {
        let alarms = &mut state.alarms;
        for name in names {
            check_removal(alarms, name, names).map_err(Kept::InUse)?;
        }
        let mut all = names.iter();
        if let Some(unknown) = all.find(|name| !alarms.alarms.contains_key(*name)) {
            return Err(Kept::Unknown(unknown.clone()));
        }
        for name in names {
            remove_from(alarms, name);
        }
        Ok(())
    })?;
    for name in names {
        account.alarm_actions.forget(name);
    }
    Ok(())
}

/// Why alarms are not deleted.
pub(crate) enum Kept {
    /// A composite alarm depends on one, in CloudWatch's words.
    InUse(String),
    /// There is no alarm of this name.
    Unknown(String),
}

fn remove_from(alarms: &mut Alarms, name: &str) -> bool {
    let Some(alarm) = alarms.alarms.remove(name) else {
        return false;
    };
    alarms.remember(configured(name, alarm.is_composite(), "deleted", seconds()));
    true
}

/// The ARN of the alarm with this name.
pub(crate) fn arn(account: &Account, name: &str) -> String {
    account.arn("cloudwatch", &format!("alarm:{name}"))
}

fn configured(name: &str, is_composite: bool, verb: &str, time: f64) -> Event {
    let kind = match verb {
        "created" => "Create",
        "deleted" => "Delete",
        _ => "Update",
    };
    Event {
        alarm: name.to_owned(),
        is_composite,
        time,
        kind: "ConfigurationUpdate".to_owned(),
        summary: format!("Alarm \"{name}\" {verb}"),
        data: json!({"version": "1.0", "type": kind}).to_string(),
    }
}
