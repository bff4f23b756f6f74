//! `AWS::Logs::MetricFilter`.

use serde::Deserialize;
use serde_json::json;

use super::metric_filters::{Filter, Transformation};
use crate::account::State;
use crate::aws::milliseconds;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct MetricFilter;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct MetricFilterProperties {
    filter_name: Option<String>,
    filter_pattern: String,
    log_group_name: String,
    metric_transformations: Vec<TransformationProperties>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct TransformationProperties {
    default_value: Option<f64>,
    dimensions: Vec<Dimension>,
    metric_name: String,
    metric_namespace: String,
    metric_value: String,
    unit: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Dimension {
    key: String,
    value: String,
}

impl MetricFilterProperties {
    /// The filter as the account keeps it.
    pub(super) fn filter(&self) -> Filter {
        let transformations = self.metric_transformations.iter();
        let transformations = transformations.map(|one| Transformation {
            metric_name: one.metric_name.clone(),
            metric_namespace: one.metric_namespace.clone(),
            metric_value: one.metric_value.clone(),
            default_value: one.default_value,
            dimensions: one
                .dimensions
                .iter()
                .map(|one| (one.key.clone(), one.value.clone()))
                .collect(),
            unit: one.unit.clone(),
        });
        Filter {
            pattern: self.filter_pattern.clone(),
            transformations: transformations.collect(),
            created: milliseconds(),
        }
    }
}

/// The physical id has both parts of the primary identifier: `GROUP|NAME`.
fn parts(id: &str) -> (&str, &str) {
    id.split_once('|').unwrap_or((id, ""))
}

impl ResourceType for MetricFilter {
    const NAME: &'static str = "AWS::Logs::MetricFilter";
    const SCHEMA: &'static str = include_str!("metric_filter.json");
    type Properties = MetricFilterProperties;

    async fn create(
        request: &Request,
        properties: &MetricFilterProperties,
    ) -> Result<Made, String> {
        let name = request.name(properties.filter_name.as_deref());
        let id = format!("{}|{name}", properties.log_group_name);
        Ok(Made::new(id, json!({})))
    }

    fn record(
        state: &mut State,
        properties: &MetricFilterProperties,
        id: &str,
    ) -> Result<(), String> {
        put(state, properties, id);
        Ok(())
    }

    async fn update(
        request: &Request,
        _: &MetricFilterProperties,
        properties: &MetricFilterProperties,
    ) -> Result<(), String> {
        request
            .account
            .change(|state| put(state, properties, &request.physical_id));
        Ok(())
    }

    async fn delete(request: &Request, _: &MetricFilterProperties) -> Result<(), String> {
        let (group, name) = parts(&request.physical_id);
        request.account.change(|state| {
            if let Some(filters) = state.metric_filters.get_mut(group) {
                filters.remove(name);
            }
        });
        Ok(())
    }
}

fn put(state: &mut State, properties: &MetricFilterProperties, id: &str) {
    let (group, name) = parts(id);
    let filters = state.metric_filters.entry(group.to_owned()).or_default();
    filters.insert(name.to_owned(), properties.filter());
}
