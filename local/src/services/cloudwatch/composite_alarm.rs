//! `AWS::CloudWatch::CompositeAlarm`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::alarm::{Tag, map, read, remove};
use super::alarms::{self, CompositeAlarm as Composite, Definition};
use crate::account::{Account, State};
use crate::resources::{Found, Made, Request, ResourceType, members};

pub(crate) struct CompositeAlarm;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct CompositeAlarmProperties {
    #[serde(flatten)]
    alarm: Composite,
    tags: Vec<Tag>,
}

impl CompositeAlarmProperties {
    fn definition(&self, name: &str) -> Definition {
        Definition::Composite(Composite {
            alarm_name: name.to_owned(),
            ..self.alarm.clone()
        })
    }
}

impl ResourceType for CompositeAlarm {
    const NAME: &'static str = "AWS::CloudWatch::CompositeAlarm";
    const SCHEMA: &'static str = include_str!("composite_alarm.json");
    const IDENTIFIER: Option<&'static str> = Some("AlarmName");
    type Properties = CompositeAlarmProperties;

    fn exists(_: &Account, state: &State, name: &str) -> bool {
        state.alarms.alarms.contains_key(name)
    }

    async fn create(
        request: &Request,
        properties: &CompositeAlarmProperties,
    ) -> Result<Made, String> {
        let given = Some(properties.alarm.alarm_name.as_str()).filter(|name| !name.is_empty());
        let name = request.name(given);
        let arn = alarms::arn(&request.account, &name);
        Ok(Made::new(name, json!({"Arn": arn})))
    }

    async fn start(
        request: &Request,
        properties: &CompositeAlarmProperties,
        name: &str,
    ) -> Result<(), String> {
        let (definition, tags) = (properties.definition(name), map(&properties.tags));
        alarms::put(&request.account, definition, tags);
        Ok(())
    }

    async fn update(
        request: &Request,
        _: &CompositeAlarmProperties,
        properties: &CompositeAlarmProperties,
    ) -> Result<(), String> {
        let definition = properties.definition(&request.physical_id);
        let tags = map(&properties.tags);
        alarms::put(&request.account, definition, tags.clone());
        alarms::set_tags(&request.account, &request.physical_id, tags);
        Ok(())
    }

    async fn delete(request: &Request, _: &CompositeAlarmProperties) -> Result<(), String> {
        remove(&request.account, &request.physical_id)
    }

    async fn read(account: &Account, name: &str, expected: &Value) -> Found {
        read(account, name, expected)
    }

    fn attributes(account: &Account, name: &str, _: &Value) -> Map<String, Value> {
        members(json!({"Arn": alarms::arn(account, name)}))
    }
}
