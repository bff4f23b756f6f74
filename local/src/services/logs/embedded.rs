//! Metrics in the embedded metric format: lines of JSON that say which of their members are metrics.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.

use serde::Deserialize;
use serde_json::Value;

use super::metric_filters::moment;
use crate::account::Account;
use crate::services::cloudwatch::{Bucket, Metric, Moment, unit};

/// The most metrics of a directive, and dimensions of a metric.
const MOST_METRICS: usize = 100;
const MOST_DIMENSIONS: usize = 30;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    timestamp: Option<i64>,
    cloud_watch_metrics: Vec<Directive>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    namespace: String,
    #[serde(default)]
    dimensions: Vec<Vec<String>>,
    #[serde(default)]
    metrics: Vec<Definition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: String,
    unit: Option<String>,
}

/// Adds the metrics of a line, if it has any. A line that breaks the format has none.
pub(super) fn measure(account: &Account, at: Moment, text: &str) {
    // Most lines are no JSON, or have no metrics: they cost no more than this search.
    if !text.trim_start().starts_with('{') || !text.contains("\"_aws\"") {
        return;
    }
    let Ok(line) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let metadata = line.get("_aws").cloned().unwrap_or_default();
    let Ok(metadata) = serde_json::from_value::<Metadata>(metadata) else {
        return;
    };
    let at = metadata.timestamp.map_or(at, |time| moment(account, time));
    for directive in &metadata.cloud_watch_metrics {
        for definition in directive.metrics.iter().take(MOST_METRICS) {
            add(account, at, &line, directive, definition);
        }
    }
}

fn add(
    account: &Account,
    at: Moment,
    line: &Value,
    directive: &Directive,
    definition: &Definition,
) {
    let unit = definition.unit.as_deref().and_then(unit).unwrap_or("None");
    let values = values(line.get(&definition.name));
    let none = [Vec::new()];
    let sets = if directive.dimensions.is_empty() {
        &none[..]
    } else {
        &directive.dimensions
    };
    for names in sets.iter().filter(|names| names.len() <= MOST_DIMENSIONS) {
        let dimensions = names.iter().map(|name| {
            let value = line.get(name)?.as_str()?;
            Some((name.as_str(), value))
        });
        let Some(dimensions) = dimensions.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let metric = Metric::new(&directive.namespace, &definition.name, &dimensions);
        account.metrics.put(&metric, unit, at, &values);
    }
}

/// A number, or a list of numbers.
fn values(value: Option<&Value>) -> Bucket {
    let mut bucket = Bucket::default();
    let mut add = |value: &Value| {
        if let Some(number) = value.as_f64() {
            bucket.add(&Bucket::of(number, 1.0));
        }
    };
    match value {
        Some(Value::Array(items)) => items.iter().take(MOST_METRICS).for_each(add),
        Some(value) => add(value),
        None => {}
    }
    bucket
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::account::testing::account;

    #[tokio::test]
    async fn a_line_says_which_of_its_members_are_metrics() {
        let account = account().await;
        let now = crate::aws::milliseconds();
        let line = json!({
            "_aws": {"Timestamp": now, "CloudWatchMetrics": [{
                "Namespace": "Mine", "Dimensions": [["Path"], []],
                "Metrics": [{"Name": "Time", "Unit": "Milliseconds"}, {"Name": "Missing"}],
            }]},
            "Path": "/a", "Time": [1.0, 3.0],
        });
        let at = moment(&account, now);
        measure(&account, at, &line.to_string());
        for wrong in ["{\"_aws\"", "{\"_aws\": 1}", "text \"_aws\"", "{}"] {
            measure(&account, at, wrong);
        }
        let listed = account.metrics.list(|_| true);
        assert_eq!(listed.len(), 2);
        let metric = Metric::new("Mine", "Time", &[("Path", "/a")]);
        let (bucket, unit) = account.metrics.within(&metric, None, at.time, at.time + 1);
        assert_eq!((bucket.count, bucket.sum, unit), (2.0, 4.0, "Milliseconds"));
    }
}
