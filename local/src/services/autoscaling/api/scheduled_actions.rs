//! `PutScheduledAction`, `DeleteScheduledAction` and `DescribeScheduledActions`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::change::WORDS;
use super::{Filter, invalid, listed, not_found};
use crate::account::{Account, State};
use crate::aws::{Answer, AwsError, epoch_seconds, timestamp};
use crate::resources::ResourceType as _;
use crate::resources::direct::current;
use crate::resources::subject::{list, text};
use crate::services::autoscaling::ScalableTarget;
use crate::services::autoscaling::scalable_target::{
    Bounds, ScalableTargetProperties, ScheduledAction,
};
use crate::services::autoscaling::target::Key;

const LIST: &str = "ScheduledActions";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Put {
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
    scheduled_action_name: String,
    schedule: Option<String>,
    timezone: Option<String>,
    start_time: Option<f64>,
    end_time: Option<f64>,
    scalable_target_action: Option<Bounds>,
}

/// Makes a scheduled action, or changes the one of this name. What is not given stays as it is, but for
/// the start and the end.
pub(super) async fn put(account: &Arc<Account>, input: Put) -> Answer {
    let key = Key::new(
        &input.service_namespace,
        &input.resource_id,
        &input.scalable_dimension,
    );
    let (mut properties, mut actions) = actions(account, &key)?;
    let name = &input.scheduled_action_name;
    let known = actions.iter().position(|one| is_named(one, name));
    let mut action = known.map_or_else(ScheduledAction::default, |index| {
        serde_json::from_value(actions.remove(index)).unwrap_or_default()
    });
    action.name = input.scheduled_action_name;
    if let Some(schedule) = input.schedule {
        action.schedule = schedule;
    }
    if action.schedule.is_empty() {
        return Err(invalid("Schedule must be set"));
    }
    action.timezone = input.timezone.or(action.timezone);
    action.start_time = input.start_time.map(timestamp);
    action.end_time = input.end_time.map(timestamp);
    let bounds = input.scalable_target_action;
    action.scalable_target_action = bounds.or(action.scalable_target_action);
    actions.push(json!(action));
    properties.insert(LIST.to_owned(), actions.into());
    WORDS
        .update::<ScalableTarget>(account, &key.id(), properties.into())
        .await?;
    Ok(json!({}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Delete {
    service_namespace: String,
    resource_id: String,
    scalable_dimension: String,
    scheduled_action_name: String,
}

pub(super) async fn delete(account: &Arc<Account>, input: &Delete) -> Answer {
    let key = Key::new(
        &input.service_namespace,
        &input.resource_id,
        &input.scalable_dimension,
    );
    let name = &input.scheduled_action_name;
    let missing = || {
        let named = key.named();
        not_found(format!(
            "No scheduled action found for {named}, scheduled action name: {name}"
        ))
    };
    let (mut properties, mut actions) = actions(account, &key).map_err(|_| missing())?;
    let known = actions.iter().position(|one| is_named(one, name));
    actions.remove(known.ok_or_else(missing)?);
    properties.insert(LIST.to_owned(), actions.into());
    WORDS
        .update::<ScalableTarget>(account, &key.id(), properties.into())
        .await?;
    Ok(json!({}))
}

fn is_named(action: &Value, name: &str) -> bool {
    text(action, "ScheduledActionName") == Some(name)
}

/// The properties of a target, and its scheduled actions.
fn actions(account: &Account, key: &Key) -> Result<(Map<String, Value>, Vec<Value>), AwsError> {
    let properties = current::<ScalableTarget>(account, &key.id());
    let properties = properties.ok_or_else(|| {
        let named = key.named();
        not_found(format!("No scalable target registered for {named}"))
    })?;
    let actions = list(&properties, LIST).to_vec();
    Ok((properties.as_object().cloned().unwrap_or_default(), actions))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
    scheduled_action_names: Vec<String>,
    service_namespace: String,
    resource_id: Option<String>,
    scalable_dimension: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Answer {
    let dimension = input.scalable_dimension.as_deref();
    let filter = Filter::new(
        &input.service_namespace,
        input.resource_id.as_slice(),
        dimension,
    )?;
    let names = &input.scheduled_action_names;
    let all = account.read(|state| {
        let items = state.inventory.of_type(ScalableTarget::NAME);
        let targets = items.map(|(id, item)| (id, item.read::<ScalableTargetProperties>()));
        let taken = targets.filter(|(_, target)| filter.takes(&target.key));
        let mut all = Vec::new();
        for (id, target) in taken {
            let actions = target.scheduled_actions.iter();
            let actions = actions.filter(|action| names.is_empty() || names.contains(&action.name));
            all.extend(actions.map(|action| described(account, state, id, &target.key, action)));
        }
        all
    });
    listed(
        "ScheduledActions",
        all,
        input.max_results,
        input.next_token.as_deref(),
    )
}

fn described(
    account: &Account,
    state: &State,
    id: &str,
    key: &Key,
    action: &ScheduledAction,
) -> Value {
    let name = &action.name;
    let target = state.scaling.targets.get(id);
    let arn_id = target.map_or("", |target| target.arn_id.as_str());
    let resource = format!(
        "scheduledAction:{arn_id}:resource/{}/{}:scheduledActionName/{name}",
        key.service_namespace, key.resource_id
    );
    let mut shown = json!(action);
    if let (Some(shown), Some(key)) = (shown.as_object_mut(), json!(key).as_object_mut()) {
        shown.append(key);
    }
    for time in ["StartTime", "EndTime"] {
        if let Some(seconds) = text(&shown, time).map(epoch_seconds) {
            shown[time] = seconds.into();
        }
    }
    shown["ScheduledActionARN"] = account.arn("autoscaling", &resource).into();
    let created = target.and_then(|target| target.schedules.get(name));
    shown["CreationTime"] = json!(created);
    shown
}
