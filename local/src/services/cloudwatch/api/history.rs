//! `DescribeAlarmHistory`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::paged;
use super::window::Time;
use crate::account::Account;
use crate::aws::{AwsError, page_size};
use crate::services::cloudwatch::alarms::Event;

/// The largest page.
const PAGE: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Describe {
    alarm_name: Option<String>,
    alarm_types: Vec<String>,
    history_item_type: Option<String>,
    start_date: Option<Time>,
    end_date: Option<Time>,
    max_records: Option<i64>,
    next_token: Option<String>,
    scan_by: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Value, AwsError> {
    let mut items: Vec<Value> = account.read(|state| {
        let history = state.alarms.history.iter();
        history
            .filter(|event| input.takes(event))
            .map(shown)
            .collect()
    });
    if input.scan_by.as_deref() != Some("TimestampAscending") {
        items.reverse();
    }
    let size = page_size(input.max_records, PAGE);
    let (items, next) = paged(items, size, input.next_token.as_deref())?;
    Ok(json!({"AlarmHistoryItems": items, "NextToken": next}))
}

impl Describe {
    fn takes(&self, event: &Event) -> bool {
        let kind = if self.alarm_types.is_empty() {
            // "If you omit this parameter, only metric alarms are returned."
            !event.is_composite
        } else {
            self.alarm_types.iter().any(|one| one == kind(event))
        };
        kind && self
            .alarm_name
            .as_ref()
            .is_none_or(|name| *name == event.alarm)
            && self
                .history_item_type
                .as_ref()
                .is_none_or(|kind| *kind == event.kind)
            && self.start_date.is_none_or(|start| event.time >= start.0)
            && self.end_date.is_none_or(|end| event.time <= end.0)
    }
}

fn kind(event: &Event) -> &'static str {
    if event.is_composite {
        "CompositeAlarm"
    } else {
        "MetricAlarm"
    }
}

fn shown(event: &Event) -> Value {
    json!({
        "AlarmName": event.alarm,
        "AlarmType": kind(event),
        "Timestamp": event.time,
        "HistoryItemType": event.kind,
        "HistorySummary": event.summary,
        "HistoryData": event.data,
    })
}
