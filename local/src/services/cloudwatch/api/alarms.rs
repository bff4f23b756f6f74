//! The actions that change alarms.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::tags::{Tag, check_tags};
use super::{Nothing, refused};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::cloudwatch::alarms::{
    self, CHECKS, CompositeAlarm, Definition, Kept, MetricAlarm, Rule, StateValue, set_state,
};

pub(super) fn put(account: &Account, input: Value) -> Result<Nothing, AwsError> {
    let (alarm, tags) = split::<MetricAlarm>(input)?;
    for check in CHECKS {
        check(&alarm, &account.region).map_err(refused)?;
    }
    alarms::put(account, Definition::Metric(alarm), tags);
    Ok(Nothing {})
}

/// The tags of an input, and the rest of it.
fn split<T: serde::de::DeserializeOwned>(
    mut input: Value,
) -> Result<(T, BTreeMap<String, String>), AwsError> {
    let tags = input
        .as_object_mut()
        .and_then(|members| members.remove("Tags"));
    let tags: Vec<Tag> = match tags {
        Some(tags) => serde_json::from_value(tags).map_err(|err| {
            AwsError::new(
                "SerializationException",
                format!("the tags cannot be read: {err}"),
            )
        })?,
        None => Vec::new(),
    };
    let tags = check_tags(tags)?;
    Ok((crate::aws::heed(&input)?, tags))
}

pub(super) fn put_composite(account: &Account, input: Value) -> Result<Nothing, AwsError> {
    let (alarm, tags) = split::<CompositeAlarm>(input)?;
    check_composite(account, &alarm).map_err(refused)?;
    alarms::put(account, Definition::Composite(alarm), tags);
    Ok(Nothing {})
}

/// Checks a composite alarm.
pub(super) fn check_composite(account: &Account, alarm: &CompositeAlarm) -> Result<(), String> {
    alarm.check_actions(&account.region)?;
    let rule = Rule::read(&alarm.alarm_rule)?;
    account.read(|state| {
        alarms::check_suppressor(&state.alarms, alarm)?;
        alarms::check_rule(&state.alarms, &alarm.alarm_name, &rule)
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Names {
    alarm_names: Vec<String>,
}

/// Deletes alarms: all of them, or none.
pub(super) fn delete(account: &Account, input: &Names) -> Result<Nothing, AwsError> {
    let removed = alarms::remove_all(account, &input.alarm_names);
    removed.map_err(|kept| match kept {
        Kept::InUse(sentence) => refused(sentence),
        Kept::Unknown(name) => missing(&name),
    })?;
    Ok(Nothing {})
}

fn missing(name: &str) -> AwsError {
    AwsError::new("ResourceNotFound", format!("Unknown alarm: {name}")).with_status(404)
}

/// Switches the actions of alarms on or off. Unknown names are ignored, as the documentation of
/// `DisableAlarmActions` names no error for them.
pub(super) fn switch(account: &Account, input: &Names, on: bool) -> Nothing {
    account.change(|state| {
        for name in &input.alarm_names {
            if let Some(alarm) = state.alarms.alarms.get_mut(name) {
                alarm.set_acts(on);
            }
        }
    });
    Nothing {}
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Set {
    alarm_name: String,
    state_value: Option<StateValue>,
    state_reason: String,
    state_reason_data: Option<String>,
}

pub(super) fn set(account: &Account, input: &Set) -> Result<Nothing, AwsError> {
    if let Some(data) = &input.state_reason_data
        && serde_json::from_str::<Value>(data).is_err()
    {
        return Err(AwsError::new(
            "InvalidFormat",
            "StateReasonData was not syntactically valid JSON",
        ));
    }
    let value = input.state_value.unwrap_or(StateValue::InsufficientData);
    let data = input.state_reason_data.as_deref();
    if !set_state(account, &input.alarm_name, value, &input.state_reason, data) {
        return Err(missing(&input.alarm_name));
    }
    Ok(Nothing {})
}
