//! Scaling activities: what is set, why, and how it ended.
//!
//! The words are those of
//! <https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html>.

use std::sync::Arc;

use super::capacity;
use super::state::{Activity, NotScaled, Status};
use super::target::Key;
use crate::account::Account;

/// Sets the capacity of a target, as an activity. Returns whether it could be set.
pub(super) async fn scale(account: &Arc<Account>, key: &Key, wanted: u64, cause: String) -> bool {
    let noun = key.noun();
    let mut activity = Activity::new(key, format!("Setting {noun} to {wanted}."), cause);
    activity.capacity = Some(wanted);
    let set = capacity::set(account, key, wanted).await;
    match &set {
        Ok(()) => {
            let namespace = &key.service_namespace;
            activity.message = Some(format!(
                "Successfully set {noun} to {wanted}. Waiting for change to be fulfilled by {namespace}."
            ));
        }
        Err(reason) => {
            let message = format!("Failed to set {noun} to {wanted}. Reason: {reason}");
            activity.finish(Status::Failed, message);
        }
    }
    account.change(|state| {
        override_earlier(&mut state.scaling.activities, key);
        state.scaling.note(activity);
    });
    set.is_ok()
}

/// An activity that has not reached its capacity when the next one begins is overridden.
fn override_earlier(activities: &mut std::collections::VecDeque<Activity>, key: &Key) {
    let running = activities
        .iter_mut()
        .filter(|one| one.key == *key && one.status == Status::InProgress);
    for one in running {
        let (noun, wanted) = (key.noun(), one.capacity.unwrap_or(0));
        let message = format!(
            "Successfully set {noun} to {wanted}. Change was overridden by a later scaling activity."
        );
        one.finish(Status::Overridden, message);
    }
}

/// Ends the activities whose capacity is reached.
pub(super) async fn finish_reached(account: &Account) {
    let running: Vec<Activity> = account.read(|state| {
        let activities = state.scaling.activities.iter();
        activities
            .filter(|one| one.status == Status::InProgress)
            .cloned()
            .collect()
    });
    for one in running {
        let Some(now) = capacity::read(account, &one.key).await else {
            continue;
        };
        if Some(now.wanted) == one.capacity && now.is_reached {
            finish(account, &one);
        }
    }
}

fn finish(account: &Account, reached: &Activity) {
    let (noun, namespace) = (reached.key.noun(), &reached.key.service_namespace);
    let wanted = reached.capacity.unwrap_or(0);
    let message = format!(
        "Successfully set {noun} to {wanted}. Change successfully fulfilled by {namespace}."
    );
    account.change(|state| {
        let mut activities = state.scaling.activities.iter_mut();
        if let Some(one) = activities.find(|one| one.id == reached.id) {
            one.finish(Status::Successful, message);
        }
    });
}

/// Notes that an alarm changed nothing. The same reason is noted once in a row.
pub(super) fn note_not_scaled(account: &Account, key: &Key, cause: &str, reason: NotScaled) {
    let is_known = account.read(|state| {
        let mut activities = state.scaling.activities.iter();
        let last = activities.find(|one| one.key == *key);
        last.is_some_and(|last| last.not_scaled.as_ref() == Some(&reason))
    });
    if is_known {
        return;
    }
    let description = "Attempting to scale due to alarm triggered".to_owned();
    let mut activity = Activity::new(key, description, cause.to_owned());
    activity.status = Status::Failed;
    activity.not_scaled = Some(reason);
    account.change(|state| state.scaling.note(activity));
}
