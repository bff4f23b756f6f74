//! What an alarm watches, as actions and templates give it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::services::cloudwatch::metrics::Metric;

/// An alarm on a metric, or on an expression. The names are those of `PutMetricAlarm`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct MetricAlarm {
    pub(crate) alarm_name: String,
    pub(crate) alarm_description: Option<String>,
    pub(crate) actions_enabled: Option<bool>,
    #[serde(rename = "OKActions")]
    pub(crate) ok_actions: Vec<String>,
    pub(crate) alarm_actions: Vec<String>,
    pub(crate) insufficient_data_actions: Vec<String>,
    pub(crate) metric_name: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) statistic: Option<String>,
    pub(crate) extended_statistic: Option<String>,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) period: Option<i64>,
    pub(crate) unit: Option<String>,
    pub(crate) evaluation_periods: i64,
    pub(crate) datapoints_to_alarm: Option<i64>,
    pub(crate) threshold: Option<f64>,
    pub(crate) comparison_operator: String,
    pub(crate) treat_missing_data: Option<String>,
    pub(crate) evaluate_low_sample_count_percentile: Option<String>,
    pub(crate) metrics: Vec<MetricDataQuery>,
    pub(crate) threshold_metric_id: Option<String>,
}

/// An alarm on the states of other alarms.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct CompositeAlarm {
    pub(crate) alarm_name: String,
    pub(crate) alarm_description: Option<String>,
    pub(crate) actions_enabled: Option<bool>,
    #[serde(rename = "OKActions")]
    pub(crate) ok_actions: Vec<String>,
    pub(crate) alarm_actions: Vec<String>,
    pub(crate) insufficient_data_actions: Vec<String>,
    pub(crate) alarm_rule: String,
    /// The name or the ARN of an alarm that holds its actions back.
    pub(crate) actions_suppressor: Option<String>,
    pub(crate) actions_suppressor_wait_period: Option<i64>,
    pub(crate) actions_suppressor_extension_period: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Dimension {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A metric with a statistic, or an expression of other queries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct MetricDataQuery {
    pub(crate) id: String,
    pub(crate) metric_stat: Option<MetricStat>,
    pub(crate) expression: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) return_data: Option<bool>,
    pub(crate) period: Option<i64>,
    pub(crate) account_id: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct MetricStat {
    pub(crate) metric: NamedMetric,
    pub(crate) period: i64,
    pub(crate) stat: String,
    pub(crate) unit: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct NamedMetric {
    pub(crate) namespace: String,
    pub(crate) metric_name: String,
    pub(crate) dimensions: Vec<Dimension>,
}

impl NamedMetric {
    pub(crate) fn metric(&self) -> Metric {
        metric(&self.namespace, &self.metric_name, &self.dimensions)
    }
}

/// The metric of this name with these dimensions.
pub(crate) fn metric(namespace: &str, name: &str, dimensions: &[Dimension]) -> Metric {
    let dimensions = dimensions.iter();
    let dimensions: Vec<_> = dimensions
        .map(|one| (one.name.as_str(), one.value.as_str()))
        .collect();
    Metric::new(namespace, name, &dimensions)
}

impl MetricAlarm {
    /// The metric and statistic that it watches; `None` if it watches an expression.
    pub(crate) fn metric_stat(&self) -> Option<MetricStat> {
        let statistic = self.statistic.as_ref().or(self.extended_statistic.as_ref());
        Some(MetricStat {
            metric: NamedMetric {
                namespace: self.namespace.clone().unwrap_or_default(),
                metric_name: self.metric_name.clone()?,
                dimensions: self.dimensions.clone(),
            },
            period: self.period.unwrap_or(60),
            stat: statistic.cloned().unwrap_or_default(),
            unit: self.unit.clone(),
        })
    }

    /// The seconds of its periods on AWS.
    pub(crate) fn seconds(&self) -> i64 {
        let of_queries = self.metrics.iter().filter_map(|query| {
            let of_metric = query.metric_stat.as_ref().map(|stat| stat.period);
            query.period.or(of_metric)
        });
        self.period.or_else(|| of_queries.max()).unwrap_or(60)
    }

    /// How many of the last datapoints must breach the threshold.
    pub(crate) fn needed(&self) -> i64 {
        self.datapoints_to_alarm.unwrap_or(self.evaluation_periods)
    }
}

/// The members of a definition as JSON, without those that are missing.
pub(crate) fn members<T: Serialize>(definition: &T) -> Value {
    let value = serde_json::to_value(definition);
    value.expect("a definition has string keys and no custom serializer")
}
