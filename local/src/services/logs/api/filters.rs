//! Metric filters, and `TestMetricFilter`: which lines fit a pattern.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::groups::existing;
use super::manage::Nothing;
use crate::account::Account;
use crate::aws::{AwsError, milliseconds, page, page_size};
use crate::services::logs::metric_filters::{
    Filter, MOST, Transformation, check_metric, check_pattern,
};
use crate::services::logs::pattern::Pattern;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Test {
    filter_pattern: String,
    log_event_messages: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Tested {
    matches: Vec<Match>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Match {
    event_number: usize,
    event_message: String,
}

pub(super) fn test(input: &Test) -> Result<Tested, AwsError> {
    let pattern = Pattern::parse(&input.filter_pattern)?;
    let lines = (1..).zip(&input.log_event_messages);
    let fitting = lines.filter(|(_, line)| pattern.fits(line));
    let matches = fitting.map(|(event_number, line)| Match {
        event_number,
        event_message: line.clone(),
    });
    Ok(Tested {
        matches: matches.collect(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Put {
    log_group_name: String,
    filter_name: String,
    filter_pattern: String,
    metric_transformations: Vec<Transformation>,
}

pub(super) fn put(account: &Account, input: Put) -> Result<Nothing, AwsError> {
    existing(account, Some(&input.log_group_name), None)?;
    let invalid = |sentence| AwsError::new("InvalidParameterException", sentence);
    let filter = Filter {
        pattern: input.filter_pattern,
        transformations: input.metric_transformations,
        created: milliseconds(),
    };
    check_pattern(&filter).map_err(invalid)?;
    check_metric(&filter).map_err(invalid)?;
    account.change(|state| {
        let filters = state
            .metric_filters
            .entry(input.log_group_name)
            .or_default();
        if filters.len() >= MOST && !filters.contains_key(&input.filter_name) {
            return Err(AwsError::new(
                "LimitExceededException",
                "Resource limit exceeded.",
            ));
        }
        filters.insert(input.filter_name, filter);
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Delete {
    log_group_name: String,
    filter_name: String,
}

pub(super) fn delete(account: &Account, input: &Delete) -> Result<Nothing, AwsError> {
    existing(account, Some(&input.log_group_name), None)?;
    account.change(|state| {
        let filters = state.metric_filters.get_mut(&input.log_group_name);
        let removed = filters.and_then(|filters| filters.remove(&input.filter_name));
        removed.map(|_| Nothing {}).ok_or_else(|| {
            AwsError::new(
                "ResourceNotFoundException",
                "The specified metric filter does not exist.",
            )
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Describe {
    log_group_name: Option<String>,
    filter_name_prefix: Option<String>,
    metric_name: Option<String>,
    metric_namespace: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described {
    metric_filters: Vec<Value>,
    next_token: Option<String>,
}

pub(super) fn describe(account: &Account, input: &Describe) -> Result<Described, AwsError> {
    if let Some(group) = &input.log_group_name {
        existing(account, Some(group), None)?;
    }
    let all: Vec<Value> = account.read(|state| {
        let groups = state.metric_filters.iter();
        let filters = groups.flat_map(|(group, filters)| {
            filters
                .iter()
                .map(move |(name, filter)| (group, name, filter))
        });
        filters
            .filter(|(group, name, filter)| input.takes(group, name, filter))
            .map(|(group, name, filter)| shown(group, name, filter))
            .collect()
    });
    let size = page_size(input.limit, 50);
    let paged = page(all, size, input.next_token.as_deref());
    let (metric_filters, next_token) = paged.ok_or_else(|| {
        AwsError::new(
            "InvalidParameterException",
            "The specified nextToken is invalid.",
        )
    })?;
    Ok(Described {
        metric_filters,
        next_token,
    })
}

impl Describe {
    fn takes(&self, group: &str, name: &str, filter: &Filter) -> bool {
        let fits =
            |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted == own);
        let prefix = self.filter_name_prefix.as_deref().unwrap_or("");
        fits(&self.log_group_name, group)
            && name.starts_with(prefix)
            && filter.transformations.iter().any(|one| {
                fits(&self.metric_name, &one.metric_name)
                    && fits(&self.metric_namespace, &one.metric_namespace)
            })
    }
}

fn shown(group: &str, name: &str, filter: &Filter) -> Value {
    json!({
        "filterName": name,
        "filterPattern": filter.pattern,
        "metricTransformations": filter.transformations,
        "creationTime": filter.created,
        "logGroupName": group,
        "applyOnTransformedLogs": false,
    })
}
