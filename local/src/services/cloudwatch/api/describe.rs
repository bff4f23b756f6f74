//! `DescribeAlarms` and `DescribeAlarmsForMetric`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::paged;
use crate::account::Account;
use crate::aws::{AwsError, page_size};
use crate::services::cloudwatch::alarms::{
    Alarm, Definition, Dimension, MetricAlarm, NamedMetric, Rule, members,
};
use crate::services::cloudwatch::metrics::Metric;

/// The size of a page by default and at most.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
    alarm_names: Vec<String>,
    alarm_name_prefix: Option<String>,
    alarm_types: Vec<String>,
    children_of_alarm_name: Option<String>,
    parents_of_alarm_name: Option<String>,
    state_value: Option<String>,
    action_prefix: Option<String>,
    max_records: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    metric_alarms: Vec<Value>,
    composite_alarms: Vec<Value>,
    next_token: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Described, AwsError> {
    if !input.alarm_names.is_empty() && input.alarm_name_prefix.is_some() {
        return Err(AwsError::validation(
            "AlarmNames and AlarmNamePrefix cannot be specified together",
        ));
    }
    let all: Vec<Alarm> = account.read(|state| {
        let alarms = state.alarms.alarms.values();
        let children = input.children_of_alarm_name.as_ref();
        let parent = children
            .and_then(|name| state.alarms.alarms.get(name))
            .cloned();
        alarms
            .filter(|alarm| input.takes(alarm, parent.as_ref()))
            .cloned()
            .collect()
    });
    let size = page_size(input.max_records.or(i64::try_from(PAGE).ok()), LARGEST_PAGE);
    let (page, next_token) = paged(all, size, input.next_token.as_deref())?;
    let (composite, metric): (Vec<_>, Vec<_>) = page.iter().partition(|alarm| alarm.is_composite());
    Ok(Described {
        metric_alarms: metric.into_iter().map(shown).collect(),
        composite_alarms: composite.into_iter().map(shown).collect(),
        next_token,
    })
}

impl Describe {
    fn takes(&self, alarm: &Alarm, parent: Option<&Alarm>) -> bool {
        let name = alarm.name();
        let is_of_type = if self.alarm_types.is_empty() {
            // "If you omit this parameter, only metric alarms are returned."
            !alarm.is_composite() || self.asks_for_relatives()
        } else {
            let own = if alarm.is_composite() {
                "CompositeAlarm"
            } else {
                "MetricAlarm"
            };
            self.alarm_types.iter().any(|kind| kind == own)
        };
        let starts = |prefix: &Option<String>, text: &str| {
            prefix
                .as_ref()
                .is_none_or(|prefix| text.starts_with(prefix.as_str()))
        };
        let mut actions = alarm.all_actions();
        is_of_type
            && (self.alarm_names.is_empty() || self.alarm_names.iter().any(|one| one == name))
            && starts(&self.alarm_name_prefix, name)
            && (self.state_value.as_deref()).is_none_or(|state| state == alarm.state.value.name())
            && (self.action_prefix.is_none() || actions.any(|one| starts(&self.action_prefix, one)))
            && self.is_relative(alarm, parent)
    }

    fn asks_for_relatives(&self) -> bool {
        self.children_of_alarm_name.is_some() || self.parents_of_alarm_name.is_some()
    }

    fn is_relative(&self, alarm: &Alarm, parent: Option<&Alarm>) -> bool {
        let is_child = self.children_of_alarm_name.is_none()
            || parent.is_some_and(|parent| names(parent, alarm.name()));
        let child = self.parents_of_alarm_name.as_deref();
        is_child && child.is_none_or(|child| names(alarm, child))
    }
}

/// Whether the rule of a composite alarm names an alarm.
fn names(composite: &Alarm, name: &str) -> bool {
    let Definition::Composite(composite) = &composite.definition else {
        return false;
    };
    Rule::new(&composite.alarm_rule).is_ok_and(|rule| rule.alarms().contains(name))
}

/// An alarm as an answer has it.
fn shown(alarm: &Alarm) -> Value {
    let state = &alarm.state;
    let mut shown = match &alarm.definition {
        Definition::Metric(one) => members(one),
        Definition::Composite(one) => members(one),
    };
    shown["ActionsEnabled"] = alarm.acts().into();
    let more = json!({
        "AlarmArn": alarm.arn,
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "StateValue": state.value.name(),
        "StateReason": state.reason,
        "StateReasonData": state.data,
        "StateUpdatedTimestamp": state.updated,
        "StateTransitionedTimestamp": state.transitioned,
        "ActionsSuppressedBy": alarm.held.map(|held| held.by.name()),
        "ActionsSuppressedReason": alarm.held.map(|held| format!("Actions suppressed by {}", held.by.name())),
    });
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
        // An alarm has one metric, or a list of them.
        shown.retain(|name, value| {
            let is_empty = value.as_array().is_some_and(Vec::is_empty);
            !(value.is_null() || is_empty && name == "Metrics")
        });
    }
    shown
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ForMetric {
    metric_name: String,
    namespace: String,
    statistic: Option<String>,
    extended_statistic: Option<String>,
    dimensions: Vec<Dimension>,
    period: Option<i64>,
    unit: Option<String>,
}

pub(super) fn for_metric(account: &Account, input: &ForMetric) -> Value {
    let wanted = NamedMetric {
        namespace: input.namespace.clone(),
        metric_name: input.metric_name.clone(),
        dimensions: input.dimensions.clone(),
    };
    let wanted = wanted.metric();
    let alarms: Vec<Value> = account.read(|state| {
        let alarms = state.alarms.alarms.values();
        alarms
            .filter(|alarm| match &alarm.definition {
                Definition::Metric(own) => input.takes(own, &wanted),
                Definition::Composite(_) => false,
            })
            .map(shown)
            .collect()
    });
    json!({"MetricAlarms": alarms})
}

impl ForMetric {
    fn takes(&self, alarm: &MetricAlarm, wanted: &Metric) -> bool {
        let fits =
            |wanted: &Option<String>, own: &Option<String>| wanted.is_none() || wanted == own;
        alarm
            .metric_stat()
            .is_some_and(|stat| stat.metric.metric() == *wanted)
            && fits(&self.statistic, &alarm.statistic)
            && fits(&self.extended_statistic, &alarm.extended_statistic)
            && fits(&self.unit, &alarm.unit)
            && (self.period.is_none() || self.period == alarm.period)
    }
}
