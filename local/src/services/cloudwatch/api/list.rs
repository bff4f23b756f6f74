//! `ListMetrics`.

use serde::{Deserialize, Serialize};

use super::paged;
use crate::account::Account;
use crate::aws::{AwsError, seconds};
use crate::services::cloudwatch::alarms::{Dimension, NamedMetric};
use crate::services::cloudwatch::metrics::Metric;

/// The size of a page, which is fixed.
const PAGE: usize = 500;

/// The metrics of the last three hours are recently active, those of two weeks are listed at all.
const RECENT: f64 = 3.0 * 3600.0;
const LISTED: f64 = 14.0 * 24.0 * 3600.0;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    namespace: Option<String>,
    metric_name: Option<String>,
    dimensions: Vec<Filter>,
    next_token: Option<String>,
    recently_active: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Filter {
    name: String,
    value: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    metrics: Vec<NamedMetric>,
    next_token: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    let age = if input.recently_active.is_some() {
        RECENT
    } else {
        LISTED
    };
    let oldest = seconds() - age - 60.0;
    let all = account.metrics.list(|metric| input.takes(metric));
    #[expect(clippy::cast_precision_loss, reason = "a time has ten digits")]
    let recent = all
        .into_iter()
        .filter(|(_, newest)| *newest as f64 > oldest);
    let named = recent.map(|(metric, _)| NamedMetric {
        namespace: metric.namespace,
        metric_name: metric.name,
        dimensions: metric
            .dimensions
            .into_iter()
            .map(|(name, value)| Dimension { name, value })
            .collect(),
    });
    let (metrics, next_token) = paged(named, PAGE, input.next_token.as_deref())?;
    Ok(Listed {
        metrics,
        next_token,
    })
}

impl List {
    fn takes(&self, metric: &Metric) -> bool {
        let fits =
            |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted == own);
        fits(&self.namespace, &metric.namespace)
            && fits(&self.metric_name, &metric.name)
            && self.dimensions.iter().all(|filter| {
                let mut own = metric.dimensions.iter();
                own.any(|(name, value)| *name == filter.name && fits(&filter.value, value))
            })
    }
}
