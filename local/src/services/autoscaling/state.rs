//! What Auto Scaling remembers beside the properties of its targets and policies.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::target::Key;
use crate::aws::{hex_id, seconds};

/// How many activities are kept. AWS keeps those of six weeks.
const ACTIVITIES: usize = 500;

/// Auto Scaling's part of the account's state.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Scaling {
    /// By the id of the target.
    pub(super) targets: BTreeMap<String, Target>,
    /// By ARN.
    pub(super) policies: BTreeMap<String, Policy>,
    /// The newest first.
    pub(super) activities: VecDeque<Activity>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Target {
    /// The last part of its ARN.
    pub(super) arn_id: String,
    pub(super) created: f64,
    /// When each scheduled action was made, by name.
    pub(super) schedules: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Policy {
    pub(super) created: f64,
    /// The last part of what its alarms do: `createdBy/ID`.
    pub(super) created_by: String,
    /// The names of the alarms that it has made.
    pub(super) alarms: Vec<String>,
    /// The capacity of its table for which they were made.
    pub(super) units: Option<u64>,
}

/// A scaling activity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Activity {
    pub(super) id: String,
    pub(super) key: Key,
    pub(super) description: String,
    pub(super) cause: String,
    pub(super) start: f64,
    pub(super) end: Option<f64>,
    pub(super) status: Status,
    pub(super) message: Option<String>,
    /// The capacity that it sets.
    pub(super) capacity: Option<u64>,
    pub(super) not_scaled: Option<NotScaled>,
}

/// The status of an activity, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    InProgress,
    Successful,
    Overridden,
    Failed,
}

/// Why an alarm changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NotScaled {
    pub(super) code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_capacity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_capacity: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) current_capacity: Option<u64>,
}

impl Target {
    pub(super) fn new() -> Self {
        Self {
            arn_id: format!("{}{}", hex_id(32), hex_id(4)),
            created: seconds(),
            schedules: BTreeMap::new(),
        }
    }

    /// Keeps the times of the scheduled actions that are still there, and notes those of the new ones.
    pub(super) fn note_schedules<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let before = std::mem::take(&mut self.schedules);
        self.schedules = names
            .map(|name| {
                let known = before.get(name).copied();
                (name.to_owned(), known.unwrap_or_else(seconds))
            })
            .collect();
    }
}

impl Activity {
    /// An activity that begins now.
    pub(super) fn new(key: &Key, description: String, cause: String) -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            key: key.clone(),
            description,
            cause,
            start: seconds(),
            end: None,
            status: Status::InProgress,
            message: None,
            capacity: None,
            not_scaled: None,
        }
    }

    pub(super) fn finish(&mut self, status: Status, message: String) {
        self.status = status;
        self.message = Some(message);
        self.end = Some(seconds());
    }
}

impl Scaling {
    pub(super) fn note(&mut self, activity: Activity) {
        self.activities.truncate(ACTIVITIES - 1);
        self.activities.push_front(activity);
    }
}
