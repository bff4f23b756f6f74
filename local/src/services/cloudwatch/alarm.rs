//! `AWS::CloudWatch::Alarm`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::alarms::{self, Definition, MetricAlarm};
use crate::account::{Account, State};
use crate::resources::{Found, Made, Request, ResourceType, members};

pub(crate) struct Alarm;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct AlarmProperties {
    #[serde(flatten)]
    alarm: MetricAlarm,
    tags: Vec<Tag>,
}

/// A tag in a template.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

pub(super) fn map(tags: &[Tag]) -> BTreeMap<String, String> {
    let tags = tags.iter();
    tags.map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect()
}

impl AlarmProperties {
    fn definition(&self, name: &str) -> Definition {
        Definition::Metric(MetricAlarm {
            alarm_name: name.to_owned(),
            ..self.alarm.clone()
        })
    }
}

impl ResourceType for Alarm {
    const NAME: &'static str = "AWS::CloudWatch::Alarm";
    const SCHEMA: &'static str = include_str!("alarm.json");
    const IDENTIFIER: Option<&'static str> = Some("AlarmName");
    type Properties = AlarmProperties;

    fn exists(_: &Account, state: &State, name: &str) -> bool {
        state.alarms.alarms.contains_key(name)
    }

    async fn create(request: &Request, properties: &AlarmProperties) -> Result<Made, String> {
        let given = Some(properties.alarm.alarm_name.as_str()).filter(|name| !name.is_empty());
        let name = request.name(given);
        let arn = alarms::arn(&request.account, &name);
        Ok(Made::new(name, json!({"Arn": arn})))
    }

    async fn start(
        request: &Request,
        properties: &AlarmProperties,
        name: &str,
    ) -> Result<(), String> {
        let (definition, tags) = (properties.definition(name), map(&properties.tags));
        alarms::put(&request.account, definition, tags);
        Ok(())
    }

    async fn update(
        request: &Request,
        _: &AlarmProperties,
        properties: &AlarmProperties,
    ) -> Result<(), String> {
        let definition = properties.definition(&request.physical_id);
        let tags = map(&properties.tags);
        alarms::put(&request.account, definition, tags.clone());
        alarms::set_tags(&request.account, &request.physical_id, tags);
        Ok(())
    }

    async fn delete(request: &Request, _: &AlarmProperties) -> Result<(), String> {
        remove(&request.account, &request.physical_id)
    }

    async fn read(account: &Account, name: &str, expected: &Value) -> Found {
        read(account, name, expected)
    }

    fn attributes(account: &Account, name: &str, _: &Value) -> Map<String, Value> {
        members(json!({"Arn": alarms::arn(account, name)}))
    }
}

/// Deletes an alarm that no composite alarm depends on.
pub(super) fn remove(account: &Account, name: &str) -> Result<(), String> {
    let free = account.read(|state| alarms::check_removal(&state.alarms, name, &[]));
    free.map_err(super::refused)?;
    alarms::remove(account, name);
    Ok(())
}

/// The expected properties of an alarm with their current values.
pub(super) fn read(account: &Account, name: &str, expected: &Value) -> Found {
    let alarm = account.read(|state| state.alarms.alarms.get(name).cloned());
    let Some(alarm) = alarm else {
        return Found::Gone;
    };
    let current = match &alarm.definition {
        Definition::Metric(one) => alarms::members(one),
        Definition::Composite(one) => alarms::members(one),
    };
    let expected = expected.as_object().into_iter().flatten();
    let values = expected.map(|(name, value)| {
        let current = match name.as_str() {
            "Tags" => value,
            other => current.get(other).unwrap_or(&Value::Null),
        };
        // What a member does not say is left out of the template, too.
        let same = matches(current, value);
        (
            name.clone(),
            if same { value.clone() } else { current.clone() },
        )
    });
    Found::Properties(Value::Object(values.collect()))
}

/// Whether the current value has all that the template says.
fn matches(current: &Value, wanted: &Value) -> bool {
    match (current, wanted) {
        (Value::Object(current), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, value)| matches(current.get(name).unwrap_or(&Value::Null), value)),
        (Value::Array(current), Value::Array(wanted)) => {
            current.len() == wanted.len()
                && current
                    .iter()
                    .zip(wanted)
                    .all(|(one, other)| matches(one, other))
        }
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (one, other) => one == other,
    }
}
