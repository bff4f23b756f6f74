//! `StartLiveTail`: new lines, each second, as a stream of events
//! (<https://smithy.io/2.0/aws/amazon-eventstream.html>).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval};
use uuid::Uuid;

use super::groups::existing;
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::logs::pattern::Pattern;

/// How long between two updates, the most events of an update, and how long a session lasts
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html>).
const TICK: Duration = Duration::from_secs(1);
const MOST: usize = 500;
/// The largest update in bytes of text: clients read messages of at most 24 MB, and JSON may write a letter
/// as six.
const LARGEST: usize = 3 * 1024 * 1024;
const SESSION: Duration = Duration::from_hours(3);

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Start {
    log_group_identifiers: Vec<String>,
    log_stream_names: Vec<String>,
    log_stream_name_prefixes: Vec<String>,
    log_event_filter_pattern: String,
}

/// A session of one caller.
struct Session {
    account: Arc<Account>,
    groups: Vec<String>,
    input: Start,
    pattern: Pattern,
    /// The number of the first line that was not sent yet.
    next: u64,
    /// What is sent before the first update.
    first: Option<Bytes>,
    ends: Instant,
    ticks: tokio::time::Interval,
    has_ended: bool,
}

/// Begins a session.
///
/// # Errors
/// AWS's message for an input that it refuses.
pub(crate) fn live_tail(
    account: &Arc<Account>,
    input: &Value,
    request_id: &str,
) -> Result<Response, AwsError> {
    let input: Start = serde_json::from_value(input.clone())
        .map_err(|err| AwsError::new("SerializationException", err.to_string()))?;
    let session = Session::new(account, input, request_id)?;
    let body = stream::unfold(session, |mut session| async move {
        let bytes = session.next().await?;
        Some((Ok::<_, Infallible>(bytes), session))
    });
    let headers = [(CONTENT_TYPE, "application/vnd.amazon.eventstream")];
    Ok((headers, Body::from_stream(body)).into_response())
}

impl Session {
    fn new(account: &Arc<Account>, input: Start, request_id: &str) -> Result<Self, AwsError> {
        let is_filtered =
            !input.log_stream_names.is_empty() || !input.log_stream_name_prefixes.is_empty();
        if is_filtered && input.log_group_identifiers.len() > 1 {
            return Err(AwsError::new(
                "InvalidParameterException",
                "Log streams can be named only if there is one log group.",
            ));
        }
        let groups = input.log_group_identifiers.iter();
        let groups = groups.map(|group| existing(account, None, Some(group)).map(str::to_owned));
        let start = json!({
            "requestId": request_id,
            "sessionId": Uuid::new_v4().to_string(),
            "logGroupIdentifiers": input.log_group_identifiers,
            "logStreamNames": input.log_stream_names,
            "logStreamNamePrefixes": input.log_stream_name_prefixes,
            "logEventFilterPattern": input.log_event_filter_pattern,
        });
        let mut first = event("event", "initial-response", &json!({}));
        first.extend(event("event", "sessionStart", &start));
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            account: Arc::clone(account),
            groups: groups.collect::<Result<_, _>>()?,
            pattern: Pattern::parse(&input.log_event_filter_pattern)?,
            input,
            next: account.logs.next_number(),
            first: Some(first.into()),
            ends: Instant::now() + SESSION,
            ticks,
            has_ended: false,
        })
    }

    /// What is sent next; nothing after the end of the session.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.has_ended {
            return None;
        }
        self.ticks.tick().await;
        if Instant::now() >= self.ends {
            self.has_ended = true;
            let sentence = json!({"message": "The Live Tail session has timed out."});
            return Some(event("exception", "SessionTimeoutException", &sentence).into());
        }
        let (results, is_sampled) = self.new_lines();
        let update = json!({
            "sessionMetadata": {"sampled": is_sampled},
            "sessionResults": results,
        });
        Some(event("event", "sessionUpdate", &update).into())
    }

    /// The lines since the last update, and whether there were more than an update holds.
    fn new_lines(&mut self) -> (Vec<Value>, bool) {
        let from = self.next;
        self.next = self.account.logs.next_number();
        let streams = self.account.logs.lock();
        let mut found = Vec::new();
        for ((group, stream), lines) in streams.iter() {
            if !self.groups.contains(group) || !self.input.takes_stream(stream) {
                continue;
            }
            let lines = lines.iter().rev();
            let lines = lines.take_while(|line| line.number >= from);
            let lines = lines.filter(|line| line.number < self.next);
            let lines = lines.filter(|line| self.pattern.fits(&line.text));
            found.extend(lines.map(|line| (group, stream, line)));
        }
        found.sort_by_key(|(.., line)| line.number);
        let mut size = 0;
        let fitting = found.iter().take(MOST).take_while(|(.., line)| {
            size += line.text.len();
            size <= LARGEST
        });
        let kept = fitting.count();
        let is_sampled = kept < found.len();
        let results = found.into_iter().take(kept).map(|(group, stream, line)| {
            json!({
                "logGroupIdentifier": format!("{ACCOUNT}:{group}"),
                "logStreamName": stream,
                "message": line.text,
                "timestamp": line.time,
                "ingestionTime": line.ingested(),
            })
        });
        (results.collect(), is_sampled)
    }
}

impl Start {
    fn takes_stream(&self, stream: &str) -> bool {
        let names = &self.log_stream_names;
        let prefixes = &self.log_stream_name_prefixes;
        let is_named = names.iter().any(|name| name == stream)
            || prefixes.iter().any(|prefix| stream.starts_with(prefix));
        is_named || (names.is_empty() && prefixes.is_empty())
    }
}

/// An event of the stream, or an exception in it.
fn event(kind: &'static str, name: &'static str, payload: &Value) -> Vec<u8> {
    let header =
        |name: String, value: &'static str| Header::new(name, HeaderValue::String(value.into()));
    let message = Message::new(payload.to_string())
        .add_header(header(":message-type".to_owned(), kind))
        .add_header(header(format!(":{kind}-type"), name))
        .add_header(header(":content-type".to_owned(), "application/json"));
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).expect("an update has less than 4 GB");
    bytes
}
