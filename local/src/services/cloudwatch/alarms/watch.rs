//! Evaluates the alarms.
//!
//! The periods of an alarm are those of [`Clock`]: shorter than on AWS if the pace is below 1. What
//! AWS counts itself, such as requests, then counts as if the load of such a period went on as long as
//! the period on AWS does: a threshold means the same load. An alarm that finds no datapoint in
//! these periods looks at the last periods in their real length.

use super::composite;
use super::definition::{MetricAlarm, MetricStat};
use super::evaluate::{Datapoint, Judge, MORE, Verdict};
use super::reason;
use super::state::{Definition, StateValue};
use super::transition::set_state;
use crate::account::Account;
use crate::services::cloudwatch::clock::Clock;
use crate::services::cloudwatch::math::{Formula, Line, Math};
use crate::services::cloudwatch::metrics::Statistic;

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
        match definition {
            Definition::Metric(alarm) => {
                let every = clock.shrink(alarm.seconds().clamp(1, 60));
                if account.alarm_actions.is_due(&name, now, every) {
                    judge(account, clock, &alarm, before, now);
                }
            }
            Definition::Composite(alarm) => composite::judge(account, &alarm, before),
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
    let points = Points {
        account,
        // The oldest first.
        from: (1..=alarm.evaluation_periods + MORE)
            .rev()
            .map(|index| now - index * length)
            .collect(),
        length,
        is_real: length == period,
    };
    let (line, counts) = match alarm.metric_stat() {
        Some(stat) => points.line(&stat),
        None => (points.expression(alarm, period), Vec::new()),
    };
    let points = points.from.iter().zip(line).enumerate();
    let range = points.map(|(index, (time, value))| {
        Some(Datapoint {
            time: *time,
            value: value?,
            threshold: alarm.threshold.unwrap_or(0.0),
            count: counts.get(index).copied().unwrap_or(1.0),
        })
    });
    let mut range: Vec<_> = range.collect();
    range.reverse();
    range
}

/// The beginnings of some periods.
struct Points<'a> {
    account: &'a Account,
    from: Vec<i64>,
    length: i64,
    is_real: bool,
}

impl Points<'_> {
    /// The values of a statistic, and the number of samples in each.
    fn line(&self, stat: &MetricStat) -> (Line, Vec<f64>) {
        let metric = stat.metric.metric();
        let (statistic, unit) = (Statistic::named(&stat.stat), stat.unit.as_deref());
        let metrics = &self.account.metrics;
        let values = self.from.iter().map(|from| {
            let to = from + self.length;
            let bucket = if self.is_real {
                metrics.within(&metric, unit, *from, to).0
            } else {
                metrics.arrived(&metric, unit, *from, to)
            };
            let value = statistic.and_then(|statistic| bucket.statistic(&statistic));
            (value, bucket.count)
        });
        values.unzip()
    }

    /// The values of the query that returns data.
    fn expression(&self, alarm: &MetricAlarm, period: i64) -> Line {
        let queries = &alarm.metrics;
        let metrics: Vec<(String, Line)> = queries
            .iter()
            .filter_map(|query| Some((query.id.clone(), self.line(query.metric_stat.as_ref()?).0)))
            .collect();
        let formulas = queries.iter().filter_map(|query| {
            let text = query.expression.as_ref()?;
            Formula::new(&query.id, text).ok()
        });
        let formulas: Vec<Formula> = formulas.collect();
        let mut returns = queries
            .iter()
            .filter(|query| query.return_data.unwrap_or(true));
        let Some(id) = returns.next().map(|query| query.id.as_str()) else {
            return Line::new();
        };
        if let Some((_, line)) = metrics.iter().find(|(known, _)| known == id) {
            return line.clone();
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a period has at most seven digits"
        )]
        let period = period as f64;
        let math = Math::new(&formulas, &metrics, self.from.len(), period);
        let lines = math.lines(id).unwrap_or_default();
        lines
            .into_iter()
            .next()
            .map(|(_, line)| line)
            .unwrap_or_default()
    }
}
