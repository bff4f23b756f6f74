//! CloudWatch: metrics, alarms and dashboards.
//!
//! Other services put the values of their metrics with [`Metrics::put`], and create alarms of their
//! own with [`put_alarm`]. CloudWatch uses no other service.

mod alarms;
mod clock;
mod metrics;

pub(crate) use self::alarms::{
    Actions, Alarm, Alarms, Definition, Dimension, Fired, MetricAlarm, StateValue, acted, arn,
    datapoints, evaluate, message, put as put_alarm, remove as remove_alarm,
};
pub(crate) use self::clock::Clock;
pub(crate) use self::metrics::{
    Bucket, Counter, Gauge, Metric, Metrics, Moment, Reading, Statistic, Timer,
};
