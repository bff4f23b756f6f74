//! The API of CloudWatch: a line for each action.

mod alarms;
mod dashboards;
mod data;
mod describe;
mod history;
mod list;
mod put;
mod statistics;
mod tags;
mod window;

use serde::Serialize;
use serde_json::Value;

use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, page};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DeleteAlarms" => answer(input, |input| alarms::delete(account, &input)),
        "DeleteDashboards" => answer(input, |input| dashboards::delete(account, &input)),
        "DescribeAlarmHistory" => answer(input, |input| history::describe(account, &input)),
        "DescribeAlarms" => answer(input, |input| describe::describe(account, &input)),
        "DescribeAlarmsForMetric" => {
            answer(input, |input| Ok(describe::for_metric(account, &input)))
        }
        "DisableAlarmActions" => answer(input, |input| Ok(alarms::switch(account, &input, false))),
        "EnableAlarmActions" => answer(input, |input| Ok(alarms::switch(account, &input, true))),
        "GetDashboard" => answer(input, |input| dashboards::get(account, &input)),
        "GetMetricData" => answer(input, |input| data::get(account, &input)),
        "GetMetricStatistics" => answer(input, |input| statistics::get(account, &input)),
        "ListDashboards" => answer(input, |input| dashboards::list(account, &input)),
        "ListMetrics" => answer(input, |input| list::list(account, &input)),
        "ListTagsForResource" => answer(input, |input| tags::list(account, &input)),
        "PutCompositeAlarm" => answer(input, |input| alarms::put_composite(account, input)),
        "PutDashboard" => answer(input, |input| dashboards::put(account, input)),
        "PutMetricAlarm" => answer(input, |input| alarms::put(account, input)),
        "PutMetricData" => answer(input, |input| put::put(account, &input)),
        "SetAlarmState" => answer(input, |input| alarms::set(account, &input)),
        "TagResource" => answer(input, |input| tags::add(account, input)),
        "UntagResource" => answer(input, |input| tags::remove(account, &input)),
        _ => Err(AwsError::unknown_action("CloudWatch", action)),
    }
}

#[derive(Serialize)]
struct Nothing {}

fn paged<T>(
    items: impl IntoIterator<Item = T>,
    size: usize,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    page(items, size, token).ok_or_else(|| AwsError::new("InvalidNextToken", "Invalid token"))
}

/// A sentence of a check as the error of an action. What the local AWS does not do is said as such.
fn refused(sentence: String) -> AwsError {
    if sentence.starts_with("The local AWS") {
        return AwsError::new("NotImplemented", sentence).with_status(501);
    }
    AwsError::validation(sentence)
}

fn invalid(sentence: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterValue", sentence)
}
