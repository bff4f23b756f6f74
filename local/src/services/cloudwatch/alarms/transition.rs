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
    let found = account.change(|state| {
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
        let after = alarm.clone();
        if changes {
            let event = changed(&before, &after);
            state.alarms.remember(event);
        }
        Some((before, after))
    });
    let Some((before, after)) = found else {
        return false;
    };
    if before.state.value != value {
        fire(account, &before, &after);
    }
    true
}

/// Hands the actions of the new state on, unless a suppressor holds them back.
fn fire(account: &Account, before: &Alarm, alarm: &Alarm) {
    if !hold(account, alarm, before.state.value) {
        act(account, alarm, before.state.value);
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::thread;

    use super::*;
    use crate::account::testing::account;
    use crate::services::cloudwatch::alarms::{Definition, MetricAlarm, put};

    #[tokio::test]
    async fn each_change_calls_the_actions_of_its_own_state() {
        let account = account().await;
        let alarm = MetricAlarm {
            alarm_name: "a".into(),
            alarm_actions: vec!["alarm".into()],
            ok_actions: vec!["ok".into()],
            ..MetricAlarm::default()
        };
        put(&account, Definition::Metric(alarm), BTreeMap::new());
        thread::scope(|scope| {
            for value in [StateValue::Alarm, StateValue::Ok] {
                let account = &account;
                scope.spawn(move || {
                    (0..500).for_each(|_| assert!(set_state(account, "a", value, "", None)));
                });
            }
        });
        let updates = |history: &[Event], to: &str| {
            let end = format!("to {to}");
            history
                .iter()
                .filter(|one| one.summary.ends_with(&end))
                .count()
        };
        let history: Vec<Event> =
            account.read(|state| state.alarms.history.iter().cloned().collect());
        let (alarms, oks) = (updates(&history, "ALARM"), updates(&history, "OK"));
        assert!(alarms > 0 && oks > 0);
        let (mut alarm_actions, mut ok_actions) = (0, 0);
        for _ in 0..alarms + oks {
            match account.alarm_actions.next().await.action.as_str() {
                "alarm" => alarm_actions += 1,
                _ => ok_actions += 1,
            }
        }
        assert_eq!((alarm_actions, ok_actions), (alarms, oks));
    }
}
