//! `PutLogEvents`.

use serde::{Deserialize, Serialize};

use super::groups::existing;
use crate::account::Account;
use crate::aws::{AwsError, milliseconds};
use crate::services::logs::lines::Line;
use crate::services::logs::metric_filters::measure;

/// The limits of one call: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>.
const LARGEST: usize = 1_048_576;
const OVERHEAD: usize = 26;
const HOUR: i64 = 3_600_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    log_group_name: String,
    log_stream_name: String,
    log_events: Vec<Event>,
    /// AWS ignores it since 2023.
    #[serde(rename = "sequenceToken")]
    _sequence_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    timestamp: i64,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    next_sequence_token: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_log_events_info: Option<Rejected>,
}

/// How many of the events are too old, and from which one on they are in the future.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rejected {
    #[serde(skip_serializing_if = "Option::is_none")]
    too_new_log_event_start_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    too_old_log_event_end_index: Option<usize>,
}

pub(super) fn put(account: &Account, input: Input) -> Result<Output, AwsError> {
    existing(account, Some(&input.log_group_name), None)?;
    check(&input.log_events)?;
    let now = milliseconds();
    let is_old = |event: &Event| event.timestamp < now - 14 * 24 * HOUR;
    let is_new = |event: &Event| event.timestamp > now + 2 * HOUR;
    let events = &input.log_events;
    let old = events.iter().take_while(|event| is_old(event)).count();
    let new = events.iter().position(is_new);
    let key = (input.log_group_name, input.log_stream_name);
    let kept = input.log_events.into_iter();
    let kept = kept.filter(|event| !is_old(event) && !is_new(event));
    let lines: Vec<(i64, String)> = kept.map(|event| (event.timestamp, event.message)).collect();
    if !account.logs.put(&key, lines.iter().cloned()) {
        return Err(AwsError::new(
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
        ));
    }
    for (time, text) in &lines {
        measure(account, &key.0, *time, text);
    }
    Ok(Output {
        next_sequence_token: "49039859638490649",
        rejected_log_events_info: (old > 0 || new.is_some()).then_some(Rejected {
            too_new_log_event_start_index: new,
            too_old_log_event_end_index: (old > 0).then_some(old),
        }),
    })
}

fn check(events: &[Event]) -> Result<(), AwsError> {
    let invalid = |sentence: &str| Err(AwsError::new("InvalidParameterException", sentence));
    let size: usize = events
        .iter()
        .map(|event| event.message.len() + OVERHEAD)
        .sum();
    if size > LARGEST {
        return invalid(&format!(
            "Upload too large: {size} bytes exceeds limit of {LARGEST}"
        ));
    }
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        );
    }
    let times = events.first().zip(events.last());
    if times.is_some_and(|(first, last)| last.timestamp - first.timestamp > 24 * HOUR) {
        return invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        );
    }
    Ok(())
}

/// The text and times of a line, for those that show it.
impl Line {
    pub(super) fn ingested(&self) -> i64 {
        self.ingested.unwrap_or(self.time)
    }
}
