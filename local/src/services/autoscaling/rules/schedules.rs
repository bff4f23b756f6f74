//! Rules for scheduled actions.

use serde_json::Value;

use crate::aws::epoch_seconds;
use crate::resources::subject::{Subject, at, fail_if, number, repeated, text};
use crate::services::autoscaling::schedule::parse;

/// Checks each scheduled action.
fn each(subject: &Subject<'_>, check: impl Fn(&Value) -> Result<(), String>) -> Result<(), String> {
    subject.list("ScheduledActions").iter().try_for_each(check)
}

pub(super) fn expression(subject: &Subject<'_>) -> Result<(), String> {
    each(subject, |action| {
        let schedule = text(action, "Schedule").unwrap_or("");
        parse(schedule, text(action, "Timezone")).map(|_| ())
    })
}

pub(super) fn capacities(subject: &Subject<'_>) -> Result<(), String> {
    each(subject, |action| {
        if at(action, "ScalableTargetAction").is_none() {
            return Err("ScalableTargetAction must be set".into());
        }
        let least = number(action, "ScalableTargetAction/MinCapacity");
        let most = number(action, "ScalableTargetAction/MaxCapacity");
        let Some(lowest) = least.into_iter().chain(most).min() else {
            return Err(
                "At least one of minimum capacity and maximum capacity should be provided".into(),
            );
        };
        if lowest < 0 {
            return Err("Minimum capacity cannot be less than 0".into());
        }
        let turned = least.zip(most).is_some_and(|(least, most)| least > most);
        fail_if(turned, || {
            "Maximum capacity cannot be less than minimum capacity".into()
        })
    })
}

pub(super) fn window(subject: &Subject<'_>) -> Result<(), String> {
    each(subject, |action| {
        let time = |name| text(action, name).map(epoch_seconds);
        let turned = time("StartTime")
            .zip(time("EndTime"))
            .is_some_and(|(start, end)| start >= end);
        fail_if(turned, || "StartTime must be before EndTime".into())
    })
}

pub(super) fn names(subject: &Subject<'_>) -> Result<(), String> {
    let all = subject.list("ScheduledActions").iter();
    let all = all.filter_map(|action| text(action, "ScheduledActionName"));
    let all: Vec<&str> = all.collect();
    let is_wrong = |name: &&&str| {
        let has_other = name
            .chars()
            .any(|one| one.is_control() || ":/|".contains(one));
        has_other || name.trim_matches(' ') != **name
    };
    if let Some(wrong) = all.iter().find(is_wrong) {
        return Err(format!(
            r"1 validation error detected: Value '{wrong}' at 'scheduledActionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!((^[ ]+.*)|(.*([\u0000-\u001f]|[\u007f-\u009f]|[:/|])+.*)|(.*[ ]+$))).+"
        ));
    }
    repeated(all).map_or(Ok(()), |name| {
        Err(format!(
            "The scheduled action name {name} is specified more than once"
        ))
    })
}
