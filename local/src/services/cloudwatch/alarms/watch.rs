//! Evaluates the alarms.
//!
//! The periods of an alarm are those of [`Clock`]: shorter than on AWS if the pace is below 1. What
//! AWS counts itself, such as requests, then counts as if the load of such a period went on as long as
//! the period on AWS does: a threshold means the same load. An alarm that finds no datapoint in
//! these periods looks at the last periods in their real length.

use super::definition::{MetricAlarm, MetricStat};
use super::evaluate::{Datapoint, Judge, MORE, Verdict};
use super::reason;
use super::state::{Definition, StateValue};
use super::transition::set_state;
use crate::account::Account;
use crate::services::cloudwatch::clock::Clock;
use crate::services::cloudwatch::metrics::{Bucket, Statistic};

/// Evaluates the alarms that are due at `now`, in seconds since 1970.
pub(crate) fn evaluate(account: &Account, now: i64) {
    let clock = Clock::new(account.pace);
    let all = account.read(|state| {
        let all = state.alarms.alarms.iter();
        let all =
            all.map(|(name, alarm)| (name.clone(), alarm.definition.clone(), alarm.state.value));
        all.collect::<Vec<_>>()
    });
    for (name, definition, before) in all {
        if let Definition::Metric(alarm) = definition {
            let every = clock.shrink(alarm.seconds().clamp(1, 60));
            if account.alarm_actions.is_due(&name, now, every) {
                judge(account, clock, &alarm, before, now);
            }
        }
    }
}

fn judge(account: &Account, clock: Clock, alarm: &MetricAlarm, before: StateValue, now: i64) {
    let count = |number: i64| usize::try_from(number).unwrap_or(1).max(1);
    let judge = Judge {
        periods: count(alarm.evaluation_periods),
        needed: count(alarm.needed()),
        operator: &alarm.comparison_operator,
        missing: alarm.treat_missing_data.as_deref().unwrap_or("missing"),
    };
    let range = range(account, clock, alarm, now);
    let verdict: Verdict = judge.decide(&range);
    if let Some(state) = verdict.state.filter(|state| *state != before) {
        let sentence = reason::sentence(alarm, &judge, &verdict);
        let data = reason::data(alarm, &judge, &verdict, now);
        set_state(account, &alarm.alarm_name, state, &sentence, Some(&data));
    }
}

/// The datapoints of the evaluation range of an alarm at `now`, the newest first.
pub(crate) fn datapoints(
    account: &Account,
    alarm: &MetricAlarm,
    now: i64,
) -> Vec<Option<Datapoint>> {
    range(account, Clock::new(account.pace), alarm, now)
}

/// The datapoints of the evaluation range, the newest first.
fn range(account: &Account, clock: Clock, alarm: &MetricAlarm, now: i64) -> Vec<Option<Datapoint>> {
    let (period, shrunk) = (alarm.seconds(), clock.shrink(alarm.seconds()));
    let short = of_periods(account, alarm, now, period, shrunk);
    if period == shrunk || short.iter().any(Option::is_some) {
        return short;
    }
    of_periods(account, alarm, now, period, period)
}

/// The datapoints of periods that last `length` seconds.
fn of_periods(
    account: &Account,
    alarm: &MetricAlarm,
    now: i64,
    period: i64,
    length: i64,
) -> Vec<Option<Datapoint>> {
    let Some(stat) = alarm.metric_stat() else {
        return Vec::new();
    };
    let indices = 1..=alarm.evaluation_periods + MORE;
    indices
        .map(|index| {
            let from = now - index * length;
            let (bucket, value) = value(account, &stat, from, length, period)?;
            Some(Datapoint {
                time: from,
                value,
                threshold: alarm.threshold.unwrap_or(0.0),
                count: bucket.count,
            })
        })
        .collect()
}

/// The value of a statistic in the `length` seconds from `from` that stand for a period of AWS.
fn value(
    account: &Account,
    stat: &MetricStat,
    from: i64,
    length: i64,
    period: i64,
) -> Option<(Bucket, f64)> {
    let metric = stat.metric.metric();
    let statistic = Statistic::named(&stat.stat)?;
    let (to, unit) = (from + length, stat.unit.as_deref());
    let bucket = if length == period {
        account.metrics.within(&metric, unit, from, to).0
    } else {
        account.metrics.arrived(&metric, unit, from, to)
    };
    let value = bucket.statistic(&statistic)?;
    Some((bucket, value))
}
