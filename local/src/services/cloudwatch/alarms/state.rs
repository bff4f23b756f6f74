//! The alarms of the account, as part of its state.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::definition::{CompositeAlarm, MetricAlarm};

/// How many entries the history of all alarms keeps.
const HISTORY: usize = 2000;

/// The alarms by name, and what happened to them.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Alarms {
    pub(crate) alarms: BTreeMap<String, Alarm>,
    /// The oldest first. It outlives its alarms.
    pub(crate) history: VecDeque<Event>,
}

/// An alarm and its state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Alarm {
    pub(crate) arn: String,
    pub(crate) definition: Definition,
    pub(crate) state: AlarmState,
    /// When its definition was last changed, in seconds since 1970.
    pub(crate) configured: f64,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    /// Why its actions are held back, if they are.
    #[serde(default)]
    pub(crate) held: Option<Held>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "most alarms are of the large variant"
)]
pub(crate) enum Definition {
    Metric(MetricAlarm),
    Composite(CompositeAlarm),
}

/// The value of a state, with the words of CloudWatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StateValue {
    #[serde(rename = "OK")]
    Ok,
    #[serde(rename = "ALARM")]
    Alarm,
    #[serde(rename = "INSUFFICIENT_DATA")]
    InsufficientData,
}

impl StateValue {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AlarmState {
    pub(crate) value: StateValue,
    pub(crate) reason: String,
    pub(crate) data: Option<String>,
    /// When the state was last set, and when its value changed last.
    pub(crate) updated: f64,
    pub(crate) transitioned: f64,
}

/// Actions that are held back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) by: By,
    /// Since when, in seconds since 1970.
    pub(super) since: f64,
    /// The state before the first change without actions.
    pub(super) before: StateValue,
}

/// What holds actions back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum By {
    Alarm,
    WaitPeriod,
    ExtensionPeriod,
}

impl By {
    /// CloudWatch's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Alarm => "Alarm",
            Self::WaitPeriod => "WaitPeriod",
            Self::ExtensionPeriod => "ExtensionPeriod",
        }
    }
}

/// An entry of the history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) alarm: String,
    pub(crate) is_composite: bool,
    pub(crate) time: f64,
    /// `ConfigurationUpdate`, `StateUpdate` or `Action`.
    pub(crate) kind: String,
    pub(crate) summary: String,
    pub(crate) data: String,
}

impl Alarm {
    pub(crate) fn is_composite(&self) -> bool {
        matches!(self.definition, Definition::Composite(_))
    }

    pub(crate) fn name(&self) -> &str {
        match &self.definition {
            Definition::Metric(one) => &one.alarm_name,
            Definition::Composite(one) => &one.alarm_name,
        }
    }

    pub(crate) fn description(&self) -> Option<&str> {
        match &self.definition {
            Definition::Metric(one) => one.alarm_description.as_deref(),
            Definition::Composite(one) => one.alarm_description.as_deref(),
        }
    }

    /// Whether a change of its state causes its actions.
    pub(crate) fn acts(&self) -> bool {
        let enabled = match &self.definition {
            Definition::Metric(one) => one.actions_enabled,
            Definition::Composite(one) => one.actions_enabled,
        };
        enabled.unwrap_or(true)
    }

    pub(crate) fn set_acts(&mut self, acts: bool) {
        match &mut self.definition {
            Definition::Metric(one) => one.actions_enabled = Some(acts),
            Definition::Composite(one) => one.actions_enabled = Some(acts),
        }
    }

    /// The ARNs of the actions of all states.
    pub(crate) fn all_actions(&self) -> impl Iterator<Item = &String> {
        let states = [
            StateValue::Ok,
            StateValue::Alarm,
            StateValue::InsufficientData,
        ];
        states.into_iter().flat_map(|state| self.actions(state))
    }

    /// The ARNs of the actions that a state causes.
    pub(crate) fn actions(&self, state: StateValue) -> &[String] {
        match (&self.definition, state) {
            (Definition::Metric(one), StateValue::Ok) => &one.ok_actions,
            (Definition::Metric(one), StateValue::Alarm) => &one.alarm_actions,
            (Definition::Metric(one), StateValue::InsufficientData) => {
                &one.insufficient_data_actions
            }
            (Definition::Composite(one), StateValue::Ok) => &one.ok_actions,
            (Definition::Composite(one), StateValue::Alarm) => &one.alarm_actions,
            (Definition::Composite(one), StateValue::InsufficientData) => {
                &one.insufficient_data_actions
            }
        }
    }
}

impl Alarms {
    /// Adds an entry to the history.
    pub(crate) fn remember(&mut self, event: Event) {
        if self.history.len() >= HISTORY {
            self.history.pop_front();
        }
        self.history.push_back(event);
    }
}
