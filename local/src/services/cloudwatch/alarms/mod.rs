//! Alarms: what they watch, their state, and how they are evaluated.

mod change;
mod definition;
mod evaluate;
mod message;
mod queue;
mod reason;
mod state;
mod transition;
mod watch;

pub(crate) use self::change::{arn, put, remove};
pub(crate) use self::definition::{
    CompositeAlarm, Dimension, MetricAlarm, MetricDataQuery, MetricStat, NamedMetric,
};
pub(crate) use self::message::message;
pub(crate) use self::queue::{Actions, Fired};
pub(crate) use self::state::{Alarm, Alarms, Definition, StateValue};
pub(crate) use self::transition::{acted, moment, set_state};
pub(crate) use self::watch::{datapoints, evaluate};
