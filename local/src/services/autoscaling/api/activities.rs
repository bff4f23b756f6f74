//! `DescribeScalingActivities`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Filter, listed};
use crate::account::Account;
use crate::aws::Answer;
use crate::services::autoscaling::state::Activity;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    service_namespace: String,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    include_not_scaled_activities: bool,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// The newest activity comes first.
pub(super) fn list(account: &Account, input: &List) -> Answer {
    let dimension = input.scalable_dimension.as_deref();
    let filter = Filter::new(
        &input.service_namespace,
        input.resource_id.as_slice(),
        dimension,
    )?;
    let with_all = input.include_not_scaled_activities;
    let all: Vec<Value> = account.read(|state| {
        let all = state.scaling.activities.iter();
        let taken = all.filter(|one| filter.takes(&one.key));
        let taken = taken.filter(|one| with_all || one.not_scaled.is_none());
        taken.map(shown).collect()
    });
    listed(
        "ScalingActivities",
        all,
        input.max_results,
        input.next_token.as_deref(),
    )
}

fn shown(activity: &Activity) -> Value {
    let mut shown = json!(activity.key);
    shown["ActivityId"] = activity.id.clone().into();
    shown["Description"] = activity.description.clone().into();
    shown["Cause"] = activity.cause.clone().into();
    shown["StartTime"] = activity.start.into();
    shown["StatusCode"] = json!(activity.status);
    if let Some(end) = activity.end {
        shown["EndTime"] = end.into();
    }
    if let Some(message) = &activity.message {
        shown["StatusMessage"] = message.clone().into();
    }
    if let Some(reason) = &activity.not_scaled {
        shown["NotScaledReasons"] = json!([reason]);
    }
    shown
}
