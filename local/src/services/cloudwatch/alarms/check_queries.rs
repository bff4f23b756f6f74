//! What a list of metrics and expressions must be like.

use super::definition::MetricDataQuery;
use crate::services::cloudwatch::math::Formula;
use crate::services::cloudwatch::metrics::{Statistic, unit};

pub(super) fn fail_if(broken: bool, sentence: &str) -> Result<(), String> {
    if broken {
        Err(sentence.to_owned())
    } else {
        Ok(())
    }
}

/// What lists of metrics have in common: ids, kinds, and expressions that can be read.
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html>.
pub(crate) fn check_queries(queries: &[MetricDataQuery]) -> Result<(), String> {
    let mut ids: Vec<&str> = queries.iter().map(|query| query.id.as_str()).collect();
    ids.sort_unstable();
    fail_if(
        ids.windows(2).any(|pair| pair[0] == pair[1]),
        "The values for parameter id in MetricDataQueries are not unique.",
    )?;
    for (index, query) in queries.iter().enumerate() {
        let place = format!("MetricDataQueries.member.{}", index + 1);
        let is_id = query.id.starts_with(|c: char| c.is_ascii_lowercase())
            && query
                .id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_id {
            return Err(format!(
                "The value {} for parameter {place}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.",
                query.id
            ));
        }
        match (&query.metric_stat, &query.expression) {
            (Some(_), Some(_)) => {
                return Err(format!(
                    "The parameters {place}.MetricStat and {place}.Expression are mutually exclusive and you have specified both."
                ));
            }
            (None, None) => {
                return Err(format!(
                    "Either the parameter {place}.MetricStat or {place}.Expression must be specified."
                ));
            }
            (None, Some(text)) => check_expression(query, text, &ids)?,
            (Some(stat), None) => {
                if Statistic::named(&stat.stat).is_none() && !is_extended(&stat.stat) {
                    return Err(format!(
                        "The value {} for parameter {place}.MetricStat.Stat is not supported.",
                        stat.stat
                    ));
                }
                if stat
                    .unit
                    .as_deref()
                    .is_some_and(|name| unit(name).is_none())
                {
                    return Err(format!(
                        "The value for parameter {place}.MetricStat.Unit is not supported."
                    ));
                }
            }
        }
    }
    Ok(())
}

fn check_expression(query: &MetricDataQuery, text: &str, ids: &[&str]) -> Result<(), String> {
    let id = &query.id;
    let formula = Formula::new(id, text).map_err(|err| {
        if err.starts_with("The local AWS") {
            err
        } else {
            format!("Error in expression '{id}': {err}")
        }
    })?;
    let unknown = formula
        .ids()
        .into_iter()
        .find(|name| !ids.contains(name) && *name != "REPEAT" && *name != "LINEAR");
    match unknown {
        Some(unknown) => Err(format!(
            "Error in expression '{id}': The expression refers to '{unknown}', which is not the id of a metric"
        )),
        None => Ok(()),
    }
}

/// Whether AWS has an extended statistic of this name.
pub(super) fn is_extended(name: &str) -> bool {
    let simple = ["SampleCount", "Sum", "Average", "Minimum", "Maximum"];
    let lower = name.to_ascii_lowercase();
    let others = ["tc", "ts", "wm", "pr"];
    let bounded = |kind: &str| {
        let rest = lower.strip_prefix(kind);
        rest.is_some_and(|rest| {
            rest.starts_with('(') && rest.ends_with(')')
                || rest.parse::<f64>().is_ok_and(|number| number <= 100.0)
        })
    };
    !simple.contains(&name) && (Statistic::named(name).is_some() || others.into_iter().any(bounded))
}
