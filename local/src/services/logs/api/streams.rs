//! `DescribeLogStreams`.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::groups::{existing, paged};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::logs::lines::Line;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: String,
    order_by: Option<String>,
    descending: bool,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    log_streams: Vec<Stream>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stream {
    log_stream_name: String,
    creation_time: Option<i64>,
    first_event_timestamp: Option<i64>,
    last_event_timestamp: Option<i64>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Described, AwsError> {
    let group = existing(
        account,
        input.log_group_name.as_deref(),
        input.log_group_identifier.as_deref(),
    )?;
    let streams = account.logs.lock();
    let of_group = streams.iter().filter(|((known, stream), _)| {
        known == group && stream.starts_with(&input.log_stream_name_prefix)
    });
    let mut log_streams: Vec<Stream> = of_group
        .map(|((_, name), lines)| described(name, lines))
        .collect();
    drop(streams);
    let by_time = input.order_by.as_deref() == Some("LastEventTime");
    if by_time && !input.log_stream_name_prefix.is_empty() {
        return Err(AwsError::new(
            "InvalidParameterException",
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ));
    }
    if by_time {
        log_streams.sort_by_key(|stream| stream.last_event_timestamp);
    }
    if input.descending {
        log_streams.reverse();
    }
    let (log_streams, next_token) = paged(log_streams, input.limit, input.next_token.as_deref())?;
    Ok(Described {
        log_streams,
        next_token,
    })
}

fn described(name: &str, lines: &VecDeque<Line>) -> Stream {
    let first = lines.front().map(|line| line.time);
    Stream {
        log_stream_name: name.to_owned(),
        creation_time: first,
        first_event_timestamp: first,
        last_event_timestamp: lines.back().map(|line| line.time),
    }
}
