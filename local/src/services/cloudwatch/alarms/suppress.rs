//! The suppressor of a composite alarm: another alarm that holds its actions back.
//!
//! When the composite alarm changes, it waits for its suppressor. While the suppressor is in ALARM, and
//! for some time after it, there are no actions. Source:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Composite_Alarm_Suppression.html>.

use super::definition::CompositeAlarm;
use super::state::{Alarm, Alarms, By, Definition, Held, StateValue};
use crate::account::Account;
use crate::aws::seconds;
use crate::services::cloudwatch::clock::Clock;

/// Checks the suppressor of a composite alarm and its two periods.
///
/// # Errors
/// CloudWatch's sentence.
pub(crate) fn check_suppressor(alarms: &Alarms, alarm: &CompositeAlarm) -> Result<(), String> {
    let periods = [
        alarm.actions_suppressor_wait_period,
        alarm.actions_suppressor_extension_period,
    ];
    let Some(suppressor) = &alarm.actions_suppressor else {
        if periods.iter().any(Option::is_some) {
            return Err("ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod can only be specified if ActionsSuppressor is specified".to_owned());
        }
        return Ok(());
    };
    if periods.iter().any(Option::is_none) {
        return Err("ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must be specified if ActionsSuppressor is specified".to_owned());
    }
    if !alarms.alarms.contains_key(plain(suppressor)) {
        return Err(format!(
            "Could not save the composite alarm as actions suppressor alarm {suppressor} does not exist"
        ));
    }
    Ok(())
}

/// The name of an alarm that is given by its name or its ARN.
fn plain(alarm: &str) -> &str {
    alarm.split_once(":alarm:").map_or(alarm, |(_, name)| name)
}

/// Holds the actions of an alarm back if it has a suppressor. Returns whether it has.
pub(super) fn hold(account: &Account, alarm: &Alarm, before: StateValue) -> bool {
    let Definition::Composite(composite) = &alarm.definition else {
        return false;
    };
    if composite.actions_suppressor.is_none() {
        return false;
    }
    account.change(|state| {
        let by = if suppresses(&state.alarms, composite) {
            By::Alarm
        } else {
            By::WaitPeriod
        };
        if let Some(alarm) = state.alarms.alarms.get_mut(alarm.name()) {
            let since = seconds();
            alarm.held = alarm.held.or(Some(Held { by, since, before }));
        }
    });
    true
}

/// Holds actions back no longer than they must be. Returns the alarm whose actions are due, with its
/// state before.
pub(super) fn released(account: &Account, alarm: &CompositeAlarm) -> Option<(Alarm, StateValue)> {
    let name = &alarm.alarm_name;
    let (held, is_suppressed) = account.read(|state| {
        let held = state.alarms.alarms.get(name)?.held?;
        Some((held, suppresses(&state.alarms, alarm)))
    })?;
    let next = next(held, is_suppressed, alarm, Clock::new(account.pace));
    if next == Some(held) {
        return None;
    }
    account.change(|state| {
        let alarm = state.alarms.alarms.get_mut(name)?;
        alarm.held = next;
        let is_due = next.is_none() && alarm.state.value != held.before;
        is_due.then(|| (alarm.clone(), held.before))
    })
}

/// How the actions are held back from now on; `None` if they are no longer.
fn next(held: Held, is_suppressed: bool, alarm: &CompositeAlarm, clock: Clock) -> Option<Held> {
    let now = seconds();
    let period = match (held.by, is_suppressed) {
        (By::Alarm, true) => return Some(held),
        (_, true) => {
            return Some(Held {
                by: By::Alarm,
                ..held
            });
        }
        (By::Alarm, false) => {
            return Some(Held {
                by: By::ExtensionPeriod,
                since: now,
                ..held
            });
        }
        (By::WaitPeriod, false) => alarm.actions_suppressor_wait_period,
        (By::ExtensionPeriod, false) => alarm.actions_suppressor_extension_period,
    };
    let period = clock.shrink(period.unwrap_or(0));
    #[expect(clippy::cast_precision_loss, reason = "a period has few digits")]
    let is_over = now - held.since >= period as f64;
    (!is_over).then_some(held)
}

fn suppresses(alarms: &Alarms, alarm: &CompositeAlarm) -> bool {
    let suppressor = alarm.actions_suppressor.as_deref().map(plain);
    let suppressor = suppressor.and_then(|name| alarms.alarms.get(name));
    suppressor.is_some_and(|one| one.state.value == StateValue::Alarm)
}
