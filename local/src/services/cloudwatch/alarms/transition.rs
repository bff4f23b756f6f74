//! Changes the state of an alarm, and hands its actions on.

use serde_json::json;

use super::queue::Fired;
use super::reason::stamp;
use super::state::{Alarm, AlarmState, Event, StateValue};
use super::suppress::hold;
use crate::account::Account;
use crate::aws::seconds;

/// Sets the state of an alarm. If its value changes, its history says so, and its actions are called.
/// Returns whether the alarm exists.
pub(crate) fn set_state(
    account: &Account,
    name: &str,
    value: StateValue,
    reason: &str,
    data: Option<&str>,
) -> bool {
    let now = seconds();
    let before = account.change(|state| {
        let alarm = state.alarms.alarms.get_mut(name)?;
        let before = alarm.clone();
        let changes = alarm.state.value != value;
        alarm.state = AlarmState {
            value,
            reason: reason.to_owned(),
            data: data.map(str::to_owned),
            updated: now,
            transitioned: if changes {
                now
            } else {
                alarm.state.transitioned
            },
        };
        let event = changed(&before, alarm);
        if changes {
            state.alarms.remember(event);
        }
        Some(before)
    });
    let Some(before) = before else {
        return false;
    };
    if before.state.value != value {
        fire(account, name, &before);
    }
    true
}

fn fire(account: &Account, name: &str, before: &Alarm) {
    let alarm = account.read(|state| state.alarms.alarms.get(name).cloned());
    if let Some(alarm) = alarm.filter(|alarm| !hold(account, alarm, before.state.value)) {
        act(account, &alarm, before.state.value);
    }
}

/// Calls the actions of an alarm for its state.
pub(super) fn act(account: &Account, alarm: &Alarm, before: StateValue) {
    if !alarm.acts() {
        return;
    }
    let actions = alarm.actions(alarm.state.value).to_vec();
    account
        .alarm_actions
        .push(actions.into_iter().map(|action| Fired {
            action,
            name: alarm.name().to_owned(),
            alarm: alarm.clone(),
            before,
        }));
}

/// The entry of the history for a change of the state.
fn changed(before: &Alarm, after: &Alarm) -> Event {
    let shown = |state: &AlarmState| {
        let data = state.data.as_deref();
        let data = data.and_then(|data| serde_json::from_str::<serde_json::Value>(data).ok());
        json!({
            "stateValue": state.value.name(),
            "stateReason": state.reason,
            "stateReasonData": data,
        })
    };
    let (old, new) = (&before.state, &after.state);
    Event {
        alarm: after.name().to_owned(),
        is_composite: after.is_composite(),
        time: new.updated,
        kind: "StateUpdate".to_owned(),
        summary: format!(
            "Alarm updated from {} to {}",
            old.value.name(),
            new.value.name()
        ),
        data: json!({"version": "1.0", "oldState": shown(old), "newState": shown(new)}).to_string(),
    }
}

/// Notes in the history that an action was called, and its error if it failed.
pub(crate) fn acted(account: &Account, fired: &Fired, result: Result<(), String>) {
    let action = &fired.action;
    let summary = match &result {
        Ok(()) => format!("Successfully executed action {action}"),
        Err(err) => format!("Failed to execute action {action}. Received error: \"{err}\""),
    };
    let data = json!({
        "actionState": if result.is_ok() { "Succeeded" } else { "Failed" },
        "stateUpdateTimestamp": fired.alarm.state.updated * 1000.0,
        "notificationResource": action,
        "publishedMessage": null,
        "error": result.err(),
    });
    let event = Event {
        alarm: fired.name.clone(),
        is_composite: fired.alarm.is_composite(),
        time: seconds(),
        kind: "Action".to_owned(),
        summary,
        data: data.to_string(),
    };
    account.change(|state| state.alarms.remember(event));
}

/// A time in seconds as CloudWatch writes it in messages.
#[expect(clippy::cast_possible_truncation, reason = "a time has ten digits")]
pub(crate) fn moment(seconds: f64) -> String {
    stamp(seconds as i64)
}
