//! CloudWatch Logs: what the tasks print, by log group and log stream.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::account::{Account, milliseconds};
use crate::json;
use crate::protocol::{Answer, AwsError};
use crate::resources::{Made, Request};

/// How many lines of a log stream are kept.
const KEPT: usize = 1000;

/// How many events an answer holds where the caller sets no limit.
const PAGE: usize = 10_000;

const GROUP: &str = "AWS::Logs::LogGroup";

/// The last lines of every log stream; they end with the local AWS.
#[derive(Default)]
pub(crate) struct Groups {
    streams: Mutex<Streams>,
    added: AtomicU64,
}

/// The lines, by log group and log stream.
type Streams = BTreeMap<(String, String), VecDeque<Line>>;

#[derive(Clone)]
struct Line {
    /// Which of all lines it is.
    number: u64,
    /// Milliseconds since 1970.
    time: u64,
    text: String,
}

impl Groups {
    /// Adds a line.
    pub(crate) fn add(&self, group: &str, stream: &str, text: String) {
        let mut streams = self.lock();
        let number = self.added.fetch_add(1, Ordering::Relaxed);
        let lines = streams
            .entry((group.to_owned(), stream.to_owned()))
            .or_default();
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(Line {
            number,
            time: milliseconds(),
            text,
        });
    }

    /// The last lines of a log stream, the oldest first.
    pub(crate) fn last(&self, group: &str, stream: &str, count: usize) -> Vec<String> {
        let streams = self.lock();
        let lines = streams.get(&(group.to_owned(), stream.to_owned()));
        let skipped = lines.map_or(0, |lines| lines.len().saturating_sub(count));
        lines
            .into_iter()
            .flatten()
            .skip(skipped)
            .map(|line| line.text.clone())
            .collect()
    }

    fn remove(&self, group: &str) {
        self.lock().retain(|(known, _), _| known != group);
    }

    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers an action of the API.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DescribeLogGroups" => Ok(describe_groups(account, input)),
        "DescribeLogStreams" => describe_streams(account, input),
        "FilterLogEvents" => filter_events(account, input),
        "GetLogEvents" => get_events(account, input),
        _ => Err(AwsError::unknown_action("CloudWatch Logs", action)),
    }
}

fn describe_groups(account: &Account, input: &Value) -> Value {
    let prefix = json::member(input, "logGroupNamePrefix").unwrap_or_default();
    let groups: Vec<Value> = account.read(|state| {
        let groups = state
            .inventory
            .of_type(GROUP)
            .filter(|(name, _)| name.starts_with(prefix));
        groups
            .map(|(name, group)| {
                json!({
                    "logGroupName": name,
                    "arn": group.attribute("Arn"),
                    "logGroupArn": group.attribute("Arn").trim_end_matches(":*"),
                    "retentionInDays": group.properties.get("RetentionInDays"),
                    "storedBytes": 0,
                })
            })
            .collect()
    });
    json!({"logGroups": groups})
}

/// The group that the input names, if it stands.
fn group_of<'a>(account: &Account, input: &'a Value) -> Result<&'a str, AwsError> {
    let name = json::member(input, "logGroupName")
        .or(json::member(input, "logGroupIdentifier"))
        .unwrap_or_default();
    let stands = account.read(|state| {
        state
            .inventory
            .get(name)
            .is_some_and(|item| item.resource_type == GROUP)
    });
    if stands {
        Ok(name)
    } else {
        Err(AwsError::new(
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        ))
    }
}

fn describe_streams(account: &Account, input: &Value) -> Answer {
    let group = group_of(account, input)?;
    let prefix = json::member(input, "logStreamNamePrefix").unwrap_or_default();
    let streams = account.logs.lock();
    let of_group = streams
        .iter()
        .filter(|((known, stream), _)| known == group && stream.starts_with(prefix));
    let mut shown: Vec<(u64, Value)> = of_group
        .map(|((_, stream), lines)| {
            let (first, last) = (lines.front().map(|line| line.time), lines.back().map(|line| line.time));
            let facts = json!({"logStreamName": stream, "creationTime": first, "firstEventTimestamp": first, "lastEventTimestamp": last});
            (last.unwrap_or_default(), facts)
        })
        .collect();
    if json::member(input, "orderBy") == Some("LastEventTime") {
        shown.sort_by_key(|(last, _)| *last);
    }
    if json::flag(input, "descending") {
        shown.reverse();
    }
    let limit = json::number(input, "limit")
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(50);
    let shown: Vec<Value> = shown
        .into_iter()
        .take(limit)
        .map(|(_, facts)| facts)
        .collect();
    Ok(json!({"logStreams": shown}))
}

/// Whether the line lies in the time that the input asks for.
fn in_time(input: &Value, line: &Line) -> bool {
    json::number(input, "startTime").is_none_or(|start| line.time >= start)
        && json::number(input, "endTime").is_none_or(|end| line.time < end)
}

fn get_events(account: &Account, input: &Value) -> Answer {
    let group = group_of(account, input)?;
    let stream = json::member(input, "logStreamName").unwrap_or_default();
    let streams = account.logs.lock();
    let lines = streams
        .get(&(group.to_owned(), stream.to_owned()))
        .ok_or_else(|| {
            AwsError::new(
                "ResourceNotFoundException",
                "The specified log stream does not exist.",
            )
        })?;
    // The token counts the lines that were read; a token that is not ours starts from the front.
    let read: usize = json::member(input, "nextToken")
        .and_then(|token| token.strip_prefix("f/")?.parse().ok())
        .unwrap_or(0);
    let limit = json::number(input, "limit")
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(PAGE);
    let fitting: Vec<&Line> = lines
        .iter()
        .skip(read)
        .filter(|line| in_time(input, line))
        .collect();
    let from_head = json::flag(input, "startFromHead") || read > 0;
    let skipped = if from_head {
        0
    } else {
        fitting.len().saturating_sub(limit)
    };
    let events: Vec<Value> = fitting
        .into_iter()
        .skip(skipped)
        .take(limit)
        .map(event)
        .collect();
    let next = format!(
        "f/{}",
        if from_head {
            read + events.len()
        } else {
            lines.len()
        }
    );
    Ok(json!({"events": events, "nextForwardToken": next, "nextBackwardToken": "b/0"}))
}

fn event(line: &Line) -> Value {
    json!({"timestamp": line.time, "ingestionTime": line.time, "message": line.text})
}

fn filter_events(account: &Account, input: &Value) -> Answer {
    let group = group_of(account, input)?;
    let pattern = json::member(input, "filterPattern")
        .unwrap_or_default()
        .trim_matches('"');
    let names = json::strings(input, "logStreamNames");
    let prefix = json::member(input, "logStreamNamePrefix").unwrap_or_default();
    // The token is the number of the first line of the next page; one that is not ours is no token.
    let first: u64 = json::member(input, "nextToken")
        .and_then(|token| token.parse().ok())
        .unwrap_or(0);
    let streams = account.logs.lock();
    let mut found = Vec::new();
    for ((known, stream), lines) in streams.iter() {
        let wanted = known == group
            && stream.starts_with(prefix)
            && (names.is_empty() || names.contains(stream));
        if wanted {
            let fitting = lines.iter().filter(|line| {
                line.number >= first && in_time(input, line) && line.text.contains(pattern)
            });
            found.extend(fitting.map(|line| (line.number, stream, line)));
        }
    }
    found.sort_by_key(|(number, ..)| *number);
    let limit = json::number(input, "limit")
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(PAGE);
    let next = found.get(limit).map(|(number, ..)| number.to_string());
    let events: Vec<Value> = found
        .into_iter()
        .take(limit)
        .map(|(number, stream, line)| {
            let mut event = event(line);
            event["logStreamName"] = stream.as_str().into();
            event["eventId"] = number.to_string().into();
            event
        })
        .collect();
    Ok(json!({"events": events, "searchedLogStreams": [], "nextToken": next}))
}

/// Makes an `AWS::Logs::LogGroup`.
pub(crate) fn create(request: &Request) -> Made {
    let name = request.name("LogGroupName");
    let arn = request.account.arn("logs", &format!("log-group:{name}:*"));
    Made::new(name, json!({"Arn": arn}))
}

/// Removes a log group and its lines.
pub(crate) fn delete(request: &Request) {
    request.account.logs.remove(&request.physical_id);
}
