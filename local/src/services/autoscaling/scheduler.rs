//! Runs the scheduled actions when they are due, by the clock of this machine.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::bounds::enforce;
use super::scalable_target::{Bounds, ScalableTarget, ScalableTargetProperties, ScheduledAction};
use super::schedule::{Schedule, parse};
use super::state::{Activity, Status};
use super::target::{Key, TURN};
use crate::account::Account;
use crate::resources::ResourceType as _;

/// Knows until when the actions have been run.
pub(super) struct Scheduler {
    until: Timestamp,
}

impl Scheduler {
    pub(super) fn new() -> Self {
        Self {
            until: Timestamp::now(),
        }
    }

    /// Runs the actions that are due since the last time.
    pub(super) async fn run_due(&mut self, account: &Arc<Account>) {
        let now = Timestamp::now();
        let due = due(account, self.until, now);
        self.until = now;
        for (key, action) in due {
            run(account, &key, &action).await;
            enforce(account, &key).await;
        }
    }
}

/// The actions that are due after `from`, until `to`.
fn due(account: &Account, from: Timestamp, to: Timestamp) -> Vec<(Key, ScheduledAction)> {
    account.read(|state| {
        let items = state.inventory.of_type(ScalableTarget::NAME);
        let mut due = Vec::new();
        for (id, item) in items {
            let target: ScalableTargetProperties = item.read();
            if target.suspended_state.scheduled {
                continue;
            }
            let made = state.scaling.targets.get(id).map(|one| &one.schedules);
            for action in target.scheduled_actions {
                let created = made.and_then(|made| made.get(&action.name));
                let created = created.copied().and_then(timestamp).unwrap_or(from);
                if is_due(&action, created, from, to) {
                    due.push((target.key.clone(), action));
                }
            }
        }
        due
    })
}

fn timestamp(seconds: f64) -> Option<Timestamp> {
    #[expect(clippy::cast_possible_truncation, reason = "a time has ten digits")]
    let seconds = seconds as i64;
    Timestamp::from_second(seconds).ok()
}

/// Whether an action is due after `from`, until `to`. A recurring one also runs when it starts.
fn is_due(action: &ScheduledAction, created: Timestamp, from: Timestamp, to: Timestamp) -> bool {
    let Ok(schedule) = parse(&action.schedule, action.timezone.as_deref()) else {
        return false;
    };
    let time = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    let (start, end): (Option<Timestamp>, Option<Timestamp>) =
        (time(&action.start_time), time(&action.end_time));
    let is_new = |time: Timestamp| from < time && time <= to;
    let starts = start.is_some_and(is_new) && !matches!(schedule, Schedule::At(_));
    let next = schedule.next(from, start.unwrap_or(created));
    let is_within = start.is_none_or(|start| start <= to) && end.is_none_or(|end| to <= end);
    is_within && (starts || next.is_some_and(is_new))
}

/// Sets the bounds of an action.
async fn run(account: &Account, key: &Key, action: &ScheduledAction) {
    let _turn = account.turns.take(TURN).await;
    let bounds = action.scalable_target_action.unwrap_or_default();
    let what = described(bounds);
    let cause = format!("scheduled action name {} was triggered", action.name);
    let mut activity = Activity::new(key, format!("Setting {what}"), cause);
    activity.finish(Status::Successful, format!("Successfully set {what}"));
    account.change(|state| {
        let item = state.inventory.get_mut(ScalableTarget::NAME, &key.id());
        if let Some(item) = item {
            set(&mut item.properties, bounds);
        }
        state.scaling.note(activity);
    });
}

/// A bound that the other one has passed goes with it.
fn set(properties: &mut Value, bounds: Bounds) {
    let now = |name: &str| properties[name].as_u64().unwrap_or(0);
    let (least, most) = (now("MinCapacity"), now("MaxCapacity"));
    let least_now = bounds.min_capacity.unwrap_or(least);
    let most_now = bounds.max_capacity.unwrap_or(most);
    let (least_now, most_now) = match bounds.min_capacity {
        Some(_) => (least_now, most_now.max(least_now)),
        None => (least_now.min(most_now), most_now),
    };
    properties["MinCapacity"] = least_now.into();
    properties["MaxCapacity"] = most_now.into();
}

fn described(bounds: Bounds) -> String {
    let least = bounds
        .min_capacity
        .map(|least| format!("min capacity to {least}"));
    let most = bounds
        .max_capacity
        .map(|most| format!("max capacity to {most}"));
    let both: Vec<String> = least.into_iter().chain(most).collect();
    both.join(" and ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_action_is_due_once_within_its_window() {
        let time = |text: &str| -> Timestamp { text.parse().unwrap() };
        let created = time("2026-11-28T12:00:00Z");
        let (from, to) = (time("2026-11-28T17:59:59Z"), time("2026-11-28T18:00:01Z"));
        let rows = [
            (json!({"Schedule": "at(2026-11-28T18:00:00)"}), true),
            (json!({"Schedule": "at(2026-11-28T18:00:02)"}), false),
            (json!({"Schedule": "at(2026-11-28T17:59:59)"}), false),
            (json!({"Schedule": "cron(0 18 * * ? *)"}), true),
            (
                json!({"Schedule": "cron(0 18 * * ? *)", "Timezone": "Asia/Tokyo"}),
                false,
            ),
            (json!({"Schedule": "rate(1 hour)"}), true),
            (json!({"Schedule": "rate(7 hours)"}), false),
            (
                json!({"Schedule": "rate(1 hour)", "EndTime": "2026-11-28T18:00:00Z"}),
                false,
            ),
            (
                json!({"Schedule": "rate(1 hour)", "StartTime": "2026-11-28T18:30:00Z"}),
                false,
            ),
            (
                json!({"Schedule": "rate(7 days)", "StartTime": "2026-11-28T18:00:00Z"}),
                true,
            ),
        ];
        for (action, expected) in rows {
            let read: ScheduledAction = serde_json::from_value(action.clone()).unwrap();
            assert_eq!(is_due(&read, created, from, to), expected, "{action}");
            let again = is_due(&read, created, to, time("2026-11-28T18:00:01.5Z"));
            assert!(!again, "{action}");
        }
    }

    #[test]
    fn a_bound_that_is_passed_goes_with_the_other() {
        let bounds = |least, most| Bounds {
            min_capacity: least,
            max_capacity: most,
        };
        for (given, expected) in [
            (bounds(Some(3), Some(6)), [3, 6]),
            (bounds(Some(2), None), [2, 4]),
            (bounds(Some(9), None), [9, 9]),
            (bounds(None, Some(0)), [0, 0]),
        ] {
            let mut properties = json!({"MinCapacity": 1, "MaxCapacity": 4});
            set(&mut properties, given);
            let [least, most] = expected;
            assert_eq!(
                properties,
                json!({"MinCapacity": least, "MaxCapacity": most})
            );
        }
        assert_eq!(
            described(bounds(Some(5), Some(10))),
            "min capacity to 5 and max capacity to 10"
        );
    }
}
