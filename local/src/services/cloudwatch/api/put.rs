//! `PutMetricData`.

use serde::Deserialize;

use super::window::Time;
use super::{Nothing, invalid};
use crate::account::Account;
use crate::aws::{AwsError, seconds};
use crate::services::cloudwatch::alarms::Dimension;
use crate::services::cloudwatch::clock::Clock;
use crate::services::cloudwatch::metrics::{Bucket, Metric, Moment, unit};

/// The most values in a call, and different values of a metric.
const MOST_METRICS: usize = 1000;
const MOST_VALUES: usize = 150;

/// How old or how far in the future values may be, in seconds.
const OLDEST: f64 = 14.0 * 24.0 * 3600.0;
const NEWEST: f64 = 2.0 * 3600.0;

/// The largest value: 2^360.
const LARGEST: f64 = 2.348_542_582_773_833_3e108;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Put {
    namespace: String,
    metric_data: Vec<Datum>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Datum {
    metric_name: String,
    dimensions: Vec<Dimension>,
    timestamp: Option<Time>,
    value: Option<f64>,
    statistic_values: Option<StatisticSet>,
    values: Vec<f64>,
    counts: Vec<f64>,
    unit: Option<String>,
    storage_resolution: Option<i64>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct StatisticSet {
    sample_count: f64,
    sum: f64,
    minimum: f64,
    maximum: f64,
}

pub(super) fn put(account: &Account, input: &Put) -> Result<Nothing, AwsError> {
    // A sentence of public reports, as in https://github.com/eucalyptus/eucalyptus.
    if input.namespace.starts_with("AWS/") {
        return Err(invalid(
            "The value AWS/ for parameter Namespace is invalid.",
        ));
    }
    if input.namespace.starts_with(':') {
        let namespace = &input.namespace;
        return Err(invalid(format!(
            "The value {namespace} for parameter Namespace contains ':' as its first character."
        )));
    }
    if input.metric_data.is_empty() {
        return Err(AwsError::new(
            "MissingParameter",
            "The parameter MetricData is required.",
        ));
    }
    if input.metric_data.len() > MOST_METRICS {
        return Err(invalid(format!(
            "The collection MetricData must not have a size greater than {MOST_METRICS}."
        )));
    }
    let now = seconds();
    let read: Vec<_> = (1..)
        .zip(&input.metric_data)
        .map(|(number, datum)| read(datum, &format!("MetricData.member.{number}"), now))
        .collect::<Result<_, _>>()?;
    let clock = Clock::new(account.pace);
    for (datum, values) in input.metric_data.iter().zip(read) {
        let age = datum.timestamp.map_or(0.0, |time| now - time.0);
        let moment = Moment {
            time: Time(now - age).seconds(),
            arrival: Time(now - clock.age(age)).seconds(),
        };
        let metric = metric(&input.namespace, datum);
        let unit = datum.unit.as_deref().and_then(unit).unwrap_or("None");
        account.metrics.put(&metric, unit, moment, &values);
    }
    Ok(Nothing {})
}

fn metric(namespace: &str, datum: &Datum) -> Metric {
    let dimensions = datum.dimensions.iter();
    let dimensions: Vec<_> = dimensions
        .map(|one| (one.name.as_str(), one.value.as_str()))
        .collect();
    Metric::new(namespace, &datum.metric_name, &dimensions)
}

/// The values of a datum, checked.
fn read(datum: &Datum, place: &str, now: f64) -> Result<Bucket, AwsError> {
    let given = [
        datum.value.is_some(),
        datum.statistic_values.is_some(),
        !datum.values.is_empty(),
    ];
    let given = given.iter().filter(|given| **given).count();
    if given != 1 {
        return Err(kinds(place, given));
    }
    check(datum, place, now)?;
    if let Some(value) = datum.value {
        return Ok(Bucket::of(value, 1.0));
    }
    if let Some(set) = datum.statistic_values {
        return Ok(Bucket::set(
            set.sample_count,
            set.sum,
            set.minimum,
            set.maximum,
        ));
    }
    let mut values = Bucket::default();
    for (index, value) in datum.values.iter().enumerate() {
        let count = datum.counts.get(index).copied().unwrap_or(1.0);
        values.add(&Bucket::of(*value, count));
    }
    Ok(values)
}

/// The error for no kind of value, or for more than one.
fn kinds(place: &str, given: usize) -> AwsError {
    if given == 0 {
        let sentence = format!(
            "At least one of the parameters {place}.Value, {place}.Values or {place}.StatisticValues must be specified."
        );
        return AwsError::new("MissingParameter", sentence);
    }
    let sentence = format!(
        "The parameters {place}.Value, {place}.Values and {place}.StatisticValues are mutually exclusive and you have specified more than one."
    );
    AwsError::new("InvalidParameterCombination", sentence)
}

fn check(datum: &Datum, place: &str, now: f64) -> Result<(), AwsError> {
    let set = datum.statistic_values.into_iter();
    let set = set.flat_map(|set| [set.sample_count, set.sum, set.minimum, set.maximum]);
    let values = datum
        .value
        .into_iter()
        .chain(datum.values.iter().copied())
        .chain(set);
    for value in values {
        if !value.is_finite() || value.abs() > LARGEST {
            return Err(invalid(format!(
                "The value {value} for parameter {place}.Value is invalid."
            )));
        }
    }
    if datum.values.len() > MOST_VALUES {
        return Err(invalid(format!(
            "The collection {place}.Values must not have a size greater than {MOST_VALUES}."
        )));
    }
    if !datum.counts.is_empty() && datum.counts.len() != datum.values.len() {
        return Err(invalid(format!(
            "The parameters {place}.Values and {place}.Counts must be of the same size."
        )));
    }
    if datum
        .storage_resolution
        .is_some_and(|seconds| seconds != 1 && seconds != 60)
    {
        return Err(invalid(format!(
            "The parameter {place}.StorageResolution must be 1 or 60."
        )));
    }
    let age = datum.timestamp.map_or(0.0, |time| now - time.0);
    if age > OLDEST {
        return Err(invalid(format!(
            "The parameter {place}.Timestamp must specify a time no more than two weeks in the past."
        )));
    }
    if age < -NEWEST {
        return Err(invalid(format!(
            "The parameter {place}.Timestamp must specify a time no more than two hours in the future."
        )));
    }
    Ok(())
}
