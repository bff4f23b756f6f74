//! Metric filters: what a line of a log group adds to a metric.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::embedded;
use super::pattern::Pattern;
use crate::account::Account;
use crate::aws::milliseconds;
use crate::services::cloudwatch::{Bucket, Clock, Metric, Moment, unit};

/// The most filters of a log group.
pub(super) const MOST: usize = 100;

/// The filters by log group and name.
pub(crate) type MetricFilters = BTreeMap<String, BTreeMap<String, Filter>>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(super) pattern: String,
    pub(super) transformations: Vec<Transformation>,
    /// In milliseconds since 1970.
    pub(super) created: i64,
}

/// The metric of a filter. The names are those of the API.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Transformation {
    pub(super) metric_name: String,
    pub(super) metric_namespace: String,
    pub(super) metric_value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default_value: Option<f64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) dimensions: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<String>,
}

/// Checks the pattern of a filter.
///
/// # Errors
/// AWS's sentence.
pub(super) fn check_pattern(filter: &Filter) -> Result<(), String> {
    let pattern = filter.pattern.trim();
    // Both sentences: https://github.com/badmintoncryer/cdk-preflight
    if pattern.starts_with('[') && !pattern.ends_with(']') {
        return Err("If a filter pattern starts with '[' it must end with ']'".into());
    }
    let parsed = Pattern::parse(pattern);
    parsed
        .map(|_| ())
        .map_err(|_| "Invalid metric filter pattern".into())
}

/// Checks the metric of a filter.
///
/// # Errors
/// AWS's sentence.
pub(super) fn check_metric(filter: &Filter) -> Result<(), String> {
    for one in &filter.transformations {
        if !one.dimensions.is_empty() && one.default_value.is_some() {
            return Err(
                "Invalid metric transformation: dimensions and default value are mutually exclusive properties."
                    .into(),
            );
        }
        if one.dimensions.values().any(|value| !value.starts_with('$')) {
            return Err(
                "Invalid metric transformation: dimension value must be valid selector".into(),
            );
        }
        let value = &one.metric_value;
        if !value.starts_with('$') && value.parse::<f64>().is_err() {
            return Err(format!(
                "Invalid metric transformation: metric value {value} is neither a number nor a field of the pattern."
            ));
        }
        if one.metric_namespace.starts_with("AWS/") {
            return Err("Invalid metric transformation: the namespace AWS/ is reserved.".into());
        }
    }
    Ok(())
}

/// Adds a line to a log stream, and what it says to the metrics.
pub(crate) fn record(account: &Account, group: &str, stream: &str, text: String) {
    measure(account, group, milliseconds(), &text);
    account.logs.add(group, stream, text);
}

/// Adds what a line says to the metrics. `time` is in milliseconds since 1970.
pub(super) fn measure(account: &Account, group: &str, time: i64, text: &str) {
    let moment = moment(account, time);
    embedded::measure(account, moment, text);
    let filters = account.read(|state| state.metric_filters.get(group).cloned());
    for filter in filters.unwrap_or_default().values() {
        let Ok(pattern) = Pattern::parse(&filter.pattern) else {
            continue;
        };
        let fits = pattern.fits(text);
        for one in &filter.transformations {
            if fits {
                add(account, one, &pattern, text, moment);
            } else if let Some(value) = one.default_value {
                add_default(account, one, value, moment);
            }
        }
    }
}

/// When the values of a line of this time count.
pub(super) fn moment(account: &Account, time: i64) -> Moment {
    let now = milliseconds();
    #[expect(
        clippy::cast_precision_loss,
        reason = "an age has at most twelve digits"
    )]
    let age = (now - time) as f64 / 1000.0;
    #[expect(clippy::cast_possible_truncation, reason = "the same")]
    let arrival = now / 1000 - Clock::new(account.pace).age(age) as i64;
    Moment {
        time: time.div_euclid(1000),
        arrival,
    }
}

fn add(account: &Account, one: &Transformation, pattern: &Pattern, text: &str, moment: Moment) {
    let selected = |wanted: &str| match wanted.strip_prefix('$') {
        Some(_) => pattern.value(text, wanted),
        None => Some(wanted.to_owned()),
    };
    let value = selected(&one.metric_value).and_then(|value| value.parse::<f64>().ok());
    let dimensions = one.dimensions.iter();
    let dimensions: Option<Vec<(String, String)>> = dimensions
        .map(|(name, selector)| Some((name.clone(), selected(selector)?)))
        .collect();
    // A line without the value or a dimension adds nothing.
    let (Some(value), Some(dimensions)) = (value.filter(|value| value.is_finite()), dimensions)
    else {
        return;
    };
    let metric = Metric {
        namespace: one.metric_namespace.clone(),
        name: one.metric_name.clone(),
        dimensions,
    };
    account
        .metrics
        .put(&metric, of_unit(one), moment, &Bucket::of(value, 1.0));
}

/// The default value counts once in a minute without another value.
fn add_default(account: &Account, one: &Transformation, value: f64, moment: Moment) {
    let metric = Metric::new(&one.metric_namespace, &one.metric_name, &[]);
    let minute = moment.time.div_euclid(60) * 60;
    let (known, _) = account.metrics.within(&metric, None, minute, minute + 60);
    let recent = account
        .metrics
        .arrived(&metric, None, moment.arrival, moment.arrival + 1);
    if known.count == 0.0 || recent.count == 0.0 {
        account
            .metrics
            .put(&metric, of_unit(one), moment, &Bucket::of(value, 1.0));
    }
}

fn of_unit(one: &Transformation) -> &'static str {
    one.unit.as_deref().and_then(unit).unwrap_or("None")
}
