//! `GetLogEvents` and `FilterLogEvents`: the lines.

use serde::{Deserialize, Serialize};

use super::groups::existing;
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::logs::lines::Line;
use crate::services::logs::pattern::Pattern;

/// How many events a response holds if the caller sets no limit.
const PAGE: usize = 10_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Get {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<i64>,
    start_from_head: bool,
    /// Nothing is masked.
    #[serde(rename = "unmask")]
    _unmask: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Got {
    events: Vec<Event>,
    next_forward_token: String,
    next_backward_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    timestamp: i64,
    ingestion_time: i64,
    message: String,
}

impl Event {
    fn of(line: &Line) -> Self {
        Self {
            timestamp: line.time,
            ingestion_time: line.ingested(),
            message: line.text.clone(),
        }
    }
}

pub(super) fn get(account: &Account, input: &Get) -> Result<Got, AwsError> {
    let group = existing(
        account,
        input.log_group_name.as_deref(),
        input.log_group_identifier.as_deref(),
    )?;
    let streams = account.logs.lock();
    let lines = streams
        .get(&(group.to_owned(), input.log_stream_name.clone()))
        .ok_or_else(|| {
            AwsError::new(
                "ResourceNotFoundException",
                "The specified log stream does not exist.",
            )
        })?;
    let fitting: Vec<&Line> = lines
        .iter()
        .filter(|line| in_time(line, input.start_time, input.end_time))
        .collect();
    let limit = limit(input.limit);
    // A token names the line before which, or after which, the page ends or begins.
    let (first, last) = match input.next_token.as_deref().map(position) {
        None if input.start_from_head => (0, limit),
        None => (fitting.len().saturating_sub(limit), fitting.len()),
        Some(Some((true, number))) => {
            let first = fitting.partition_point(|line| line.number < number);
            (first, first.saturating_add(limit))
        }
        Some(Some((false, number))) => {
            let last = fitting.partition_point(|line| line.number < number);
            (last.saturating_sub(limit), last)
        }
        Some(None) => {
            return Err(AwsError::new(
                "InvalidParameterException",
                "The specified nextToken is invalid.",
            ));
        }
    };
    let page = &fitting[first.min(fitting.len())..last.min(fitting.len())];
    let next = lines.back().map_or(0, |line| line.number + 1);
    let before = page.first().map_or_else(
        || token_number(input.next_token.as_deref(), 0),
        |line| line.number,
    );
    let after = page.last().map_or_else(
        || token_number(input.next_token.as_deref(), next),
        |line| line.number + 1,
    );
    Ok(Got {
        events: page.iter().map(|line| Event::of(line)).collect(),
        next_forward_token: format!("f/{after}"),
        next_backward_token: format!("b/{before}"),
    })
}

/// Whether a token goes forward, and the number of its line.
fn position(token: &str) -> Option<(bool, u64)> {
    let (direction, number) = token.split_once('/')?;
    let is_forward = match direction {
        "f" => true,
        "b" => false,
        _ => return None,
    };
    Some((is_forward, number.parse().ok()?))
}

/// The number in a token: an empty page has the tokens with which it was asked for.
fn token_number(token: Option<&str>, default: u64) -> u64 {
    token
        .and_then(position)
        .map_or(default, |(_, number)| number)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Filter {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_names: Vec<String>,
    log_stream_name_prefix: String,
    filter_pattern: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<i64>,
    start_from_head: Option<bool>,
    /// The events of all streams are always in one order.
    #[serde(rename = "interleaved")]
    _interleaved: bool,
    /// Nothing is masked.
    #[serde(rename = "unmask")]
    _unmask: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filtered {
    events: Vec<FilteredEvent>,
    searched_log_streams: [(); 0],
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FilteredEvent {
    #[serde(flatten)]
    event: Event,
    log_stream_name: String,
    event_id: String,
}

pub(super) fn filter(account: &Account, input: &Filter) -> Result<Filtered, AwsError> {
    let group = existing(
        account,
        input.log_group_name.as_deref(),
        input.log_group_identifier.as_deref(),
    )?;
    if !input.log_stream_names.is_empty() && !input.log_stream_name_prefix.is_empty() {
        return Err(AwsError::new(
            "InvalidParameterException",
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.",
        ));
    }
    let pattern = Pattern::parse(&input.filter_pattern)?;
    let streams = account.logs.lock();
    let wanted = streams
        .iter()
        .filter(|((known, stream), _)| known == group && input.takes_stream(stream));
    let mut found: Vec<(&str, &Line)> = wanted
        .flat_map(|((_, stream), lines)| lines.iter().map(move |line| (stream.as_str(), line)))
        .filter(|(_, line)| input.takes_line(line, &pattern))
        .collect();
    found.sort_by_key(|(_, line)| line.number);
    if input.start_from_head == Some(false) {
        return Err(AwsError::unsupported("FilterLogEvents from the end"));
    }
    let limit = limit(input.limit);
    let next_token = found.get(limit).map(|(_, line)| line.number.to_string());
    let page = found.into_iter().take(limit);
    let events = page.map(|(stream, line)| FilteredEvent {
        event: Event::of(line),
        log_stream_name: stream.to_owned(),
        event_id: line.number.to_string(),
    });
    Ok(Filtered {
        events: events.collect(),
        searched_log_streams: [],
        next_token,
    })
}

impl Filter {
    fn takes_stream(&self, stream: &str) -> bool {
        let names = &self.log_stream_names;
        stream.starts_with(&self.log_stream_name_prefix)
            && (names.is_empty() || names.iter().any(|name| name == stream))
    }

    fn takes_line(&self, line: &Line, pattern: &Pattern) -> bool {
        // The token is the number of the first line of the page; any other text is ignored.
        let token = self.next_token.as_deref();
        let first: u64 = token.and_then(|token| token.parse().ok()).unwrap_or(0);
        line.number >= first
            && in_time(line, self.start_time, self.end_time)
            && pattern.fits(&line.text)
    }
}

fn limit(wanted: Option<i64>) -> usize {
    let wanted = wanted.and_then(|wanted| usize::try_from(wanted).ok());
    wanted.unwrap_or(PAGE)
}

fn in_time(line: &Line, start: Option<i64>, end: Option<i64>) -> bool {
    start.is_none_or(|start| line.time >= start) && end.is_none_or(|end| line.time < end)
}
