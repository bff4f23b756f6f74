//! `GetMetricStatistics`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::invalid;
use super::window::{Time, Window};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::cloudwatch::alarms::{Dimension, NamedMetric};
use crate::services::cloudwatch::metrics::Statistic;

/// The most datapoints of an answer.
const MOST: usize = 1440;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Get {
    namespace: String,
    metric_name: String,
    dimensions: Vec<Dimension>,
    start_time: Time,
    end_time: Time,
    period: i64,
    statistics: Vec<String>,
    extended_statistics: Vec<String>,
    unit: Option<String>,
}

/// The error codes and sentences are those of public reports, such as
/// <https://github.com/aws/aws-cli/issues/1389>.
pub(super) fn get(account: &Account, input: &Get) -> Result<Value, AwsError> {
    let combination = |sentence: String| AwsError::new("InvalidParameterCombination", sentence);
    if input.statistics.is_empty() && input.extended_statistics.is_empty() {
        return Err(combination(
            "At least one of the parameters Statistics and ExtendedStatistics must be specified."
                .into(),
        ));
    }
    check_period(input.period)?;
    let window = Window::new(input.start_time, input.end_time, input.period)?;
    let count = window.periods(input.period);
    if count > MOST {
        return Err(combination(format!(
            "You have requested up to {count} datapoints, which exceeds the limit of {MOST}. You may reduce the datapoints requested by increasing Period, or decreasing the time range."
        )));
    }
    let simple = read(&input.statistics, "Statistics")?;
    let extended = read(&input.extended_statistics, "ExtendedStatistics")?;
    let named = NamedMetric {
        namespace: input.namespace.clone(),
        metric_name: input.metric_name.clone(),
        dimensions: input.dimensions.clone(),
    };
    let (metric, unit) = (named.metric(), input.unit.as_deref());
    let mut datapoints = Vec::new();
    let mut from = window.start;
    for _ in 0..count {
        let to = from.saturating_add(input.period);
        let (bucket, unit) = account.metrics.within(&metric, unit, from, to);
        if bucket.count > 0.0 {
            let of = |list: &[(&str, Statistic)]| -> Map<String, Value> {
                let values = list.iter();
                values
                    .filter_map(|(name, one)| {
                        Some(((*name).to_owned(), bucket.statistic(one)?.into()))
                    })
                    .collect()
            };
            let mut datapoint = of(&simple);
            datapoint.insert("Timestamp".into(), from.into());
            datapoint.insert("Unit".into(), unit.into());
            let extended = of(&extended);
            if !extended.is_empty() {
                datapoint.insert("ExtendedStatistics".into(), extended.into());
            }
            datapoints.push(datapoint);
        }
        from = to;
    }
    Ok(json!({"Label": input.metric_name, "Datapoints": datapoints}))
}

/// A period is 1, 5, 10, 20 or 30 seconds, or a multiple of a minute.
pub(super) fn check_period(period: i64) -> Result<(), AwsError> {
    if period > 0 && ([1, 5, 10, 20, 30].contains(&period) || period % 60 == 0) {
        return Ok(());
    }
    Err(invalid(format!(
        "The parameter Period must be a multiple of 60, or 1, 5, 10, 20 or 30. The value {period} is invalid."
    )))
}

fn read<'a>(names: &'a [String], member: &str) -> Result<Vec<(&'a str, Statistic)>, AwsError> {
    let statistics = names.iter().map(|name| {
        let statistic = Statistic::named(name).ok_or_else(|| {
            invalid(format!(
                "The value {name} for parameter {member} is not supported."
            ))
        })?;
        Ok((name.as_str(), statistic))
    });
    statistics.collect()
}
