//! The alarms of CloudWatch that watch over deployments.

use crate::account::Account;
use crate::services::cloudwatch::StateValue;

/// Which of these alarms are in the state ALARM.
pub(super) fn in_alarm(account: &Account, names: &[String]) -> Vec<String> {
    account.read(|state| {
        let names = names.iter().filter(|name| {
            let alarm = state.alarms.alarms.get(*name);
            alarm.is_some_and(|alarm| alarm.state.value == StateValue::Alarm)
        });
        names.cloned().collect()
    })
}
