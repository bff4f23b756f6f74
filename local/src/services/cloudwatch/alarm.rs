//! `AWS::CloudWatch::Alarm` and `AWS::CloudWatch::CompositeAlarm`: they differ only in what they watch.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::alarms::{self, CompositeAlarm, Definition, MetricAlarm};
use crate::account::{Account, State};
use crate::resources::{Found, Made, Request, ResourceType, members};

/// What an alarm of a type watches.
pub(crate) trait Watched:
    Clone + Default + DeserializeOwned + Send + Sync + 'static
{
    const NAME: &'static str;
    const SCHEMA: &'static str;

    /// The name of the alarm; empty if the template gives none.
    fn given_name(&self) -> &str;

    /// The definition of the alarm with this name.
    fn named(&self, name: &str) -> Definition;
}

impl Watched for MetricAlarm {
    const NAME: &'static str = "AWS::CloudWatch::Alarm";
    const SCHEMA: &'static str = include_str!("alarm.json");

    fn given_name(&self) -> &str {
        &self.alarm_name
    }

    fn named(&self, name: &str) -> Definition {
        Definition::Metric(Self {
            alarm_name: name.to_owned(),
            ..self.clone()
        })
    }
}

impl Watched for CompositeAlarm {
    const NAME: &'static str = "AWS::CloudWatch::CompositeAlarm";
    const SCHEMA: &'static str = include_str!("composite_alarm.json");

    fn given_name(&self) -> &str {
        &self.alarm_name
    }

    fn named(&self, name: &str) -> Definition {
        Definition::Composite(Self {
            alarm_name: name.to_owned(),
            ..self.clone()
        })
    }
}

/// A type of alarms.
pub(crate) struct AlarmType<W>(PhantomData<W>);

pub(crate) static ALARM: AlarmType<MetricAlarm> = AlarmType(PhantomData);
pub(crate) static COMPOSITE_ALARM: AlarmType<CompositeAlarm> = AlarmType(PhantomData);

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct AlarmProperties<W: Default> {
    #[serde(flatten)]
    alarm: W,
    tags: Vec<Tag>,
}

/// A tag in a template.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl<W: Watched> AlarmProperties<W> {
    fn tags(&self) -> BTreeMap<String, String> {
        let tags = self.tags.iter();
        tags.map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect()
    }
}

impl<W: Watched> ResourceType for AlarmType<W> {
    const NAME: &'static str = W::NAME;
    const SCHEMA: &'static str = W::SCHEMA;
    const IDENTIFIER: Option<&'static str> = Some("AlarmName");
    type Properties = AlarmProperties<W>;

    fn exists(_: &Account, state: &State, name: &str) -> bool {
        state.alarms.alarms.contains_key(name)
    }

    async fn create(request: &Request, properties: &AlarmProperties<W>) -> Result<Made, String> {
        let given = Some(properties.alarm.given_name()).filter(|name| !name.is_empty());
        let name = request.name(given);
        let arn = alarms::arn(&request.account, &name);
        Ok(Made::new(name, json!({"Arn": arn})))
    }

    async fn start(
        request: &Request,
        properties: &AlarmProperties<W>,
        name: &str,
    ) -> Result<(), String> {
        let definition = properties.alarm.named(name);
        alarms::put(&request.account, definition, properties.tags());
        Ok(())
    }

    async fn update(
        request: &Request,
        _: &AlarmProperties<W>,
        properties: &AlarmProperties<W>,
    ) -> Result<(), String> {
        let definition = properties.alarm.named(&request.physical_id);
        alarms::put(&request.account, definition, properties.tags());
        alarms::set_tags(&request.account, &request.physical_id, properties.tags());
        Ok(())
    }

    async fn delete(request: &Request, _: &AlarmProperties<W>) -> Result<(), String> {
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
fn remove(account: &Account, name: &str) -> Result<(), String> {
    match alarms::remove_all(account, &[name.to_owned()]) {
        Err(alarms::Kept::InUse(sentence)) => Err(super::refused(sentence)),
        // It is gone already.
        Ok(()) | Err(alarms::Kept::Unknown(_)) => Ok(()),
    }
}

/// The expected properties of an alarm with their current values.
fn read(account: &Account, name: &str, expected: &Value) -> Found {
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
