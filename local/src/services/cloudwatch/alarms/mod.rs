//! Alarms: what they watch, their state, and how they are evaluated.

mod change;
pub(crate) mod check;
mod check_queries;
mod composite;
mod definition;
mod evaluate;
mod message;
mod queue;
mod reason;
mod rule;
mod state;
mod suppress;
mod transition;
mod watch;

pub(crate) use self::change::{Kept, arn, put, remove, remove_all, set_tags};
pub(crate) use self::check::{CHECKS, Check};
pub(crate) use self::check_queries::check_queries;
pub(crate) use self::composite::check_rule;
pub(crate) use self::definition::{
    CompositeAlarm, Dimension, MetricAlarm, MetricDataQuery, MetricStat, NamedMetric, members,
};
pub(crate) use self::message::message;
pub(crate) use self::queue::{Actions, Fired};
pub(crate) use self::rule::Rule;
pub(crate) use self::state::{Alarm, Alarms, Definition, Event, StateValue};
pub(crate) use self::suppress::check_suppressor;
pub(crate) use self::transition::{acted, set_state};
pub(crate) use self::watch::{datapoints, evaluate};
