//! CloudWatch: metrics, alarms and dashboards.
//!
//! Other services put the values of their metrics with [`Metrics::put`], and create alarms of their
//! own with [`put_alarm`]. CloudWatch uses no other service.

mod alarm;
mod alarms;
mod api;
mod clock;
mod dashboard;
mod dashboards;
mod math;
mod metrics;
mod rules;

pub(crate) use self::alarm::{ALARM, COMPOSITE_ALARM};
pub(crate) use self::alarms::{
    Actions, Alarm as StoredAlarm, Alarms, Definition, Dimension, Fired, MetricAlarm,
    MetricDataQuery, StateValue, acted, arn, datapoints, evaluate, message, put as put_alarm,
    remove as remove_alarm,
};
pub(crate) use self::api::handle;
pub(crate) use self::clock::Clock;
pub(crate) use self::dashboard::Dashboard;
pub(crate) use self::dashboards::Dashboards;
pub(crate) use self::metrics::{
    Bucket, Counter, Gauge, Metric, Metrics, Moment, Reading, Timer, unit,
};
pub(crate) use self::rules::RULES;
use crate::resources::refused_by;

/// A sentence of CloudWatch in CloudFormation's format.
#[expect(clippy::needless_pass_by_value, reason = "it is used in map_err")]
fn refused(sentence: String) -> String {
    refused_by("CloudWatch", "ValidationError", &sentence)
}
