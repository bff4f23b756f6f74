//! `GetMetricData`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::statistics::check_period;
use super::window::{Time, Window};
use super::{paged, refused};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::cloudwatch::alarms::{MetricDataQuery, MetricStat, check_queries};
use crate::services::cloudwatch::math::{Formula, Line, Math};
use crate::services::cloudwatch::metrics::Statistic;

/// The most datapoints of an answer.
const PAGE: usize = 100_800;

/// The most datapoints that the queries of a request may have together.
const LARGEST: usize = 1_000_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Get {
    metric_data_queries: Vec<MetricDataQuery>,
    start_time: Time,
    end_time: Time,
    next_token: Option<String>,
    scan_by: Option<String>,
    max_datapoints: Option<usize>,
}

/// A line of the answer.
struct Answered {
    id: String,
    label: String,
    points: Vec<(i64, f64)>,
    problem: Option<String>,
}

pub(super) fn get(account: &Account, input: &Get) -> Result<Value, AwsError> {
    check_queries(&input.metric_data_queries).map_err(refused)?;
    let mut lines = Vec::new();
    let grid = Grid::new(input)?;
    let metrics = grid.metrics(account, &input.metric_data_queries)?;
    let formulas: Vec<Formula> = input
        .metric_data_queries
        .iter()
        .filter_map(|query| Formula::new(&query.id, query.expression.as_deref()?).ok())
        .collect();
    let math = Math::new(&formulas, &metrics, grid.length, grid.seconds());
    for query in input
        .metric_data_queries
        .iter()
        .filter(|query| query.return_data.unwrap_or(true))
    {
        lines.extend(grid.results(query, &metrics, &math));
    }
    if input.scan_by.as_deref() != Some("TimestampAscending") {
        for line in &mut lines {
            line.points.reverse();
        }
    }
    answered(&lines, input)
}

/// The answer in pages: every datapoint counts.
fn answered(lines: &[Answered], input: &Get) -> Result<Value, AwsError> {
    let size = input.max_datapoints.unwrap_or(PAGE).clamp(1, PAGE);
    let all = lines.iter().enumerate();
    let all = all.flat_map(|(index, line)| line.points.iter().map(move |point| (index, *point)));
    let (page, next) = paged(all, size, input.next_token.as_deref())?;
    let results: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let own: Vec<(i64, f64)> = page
                .iter()
                .filter(|(of, _)| *of == index)
                .map(|(_, point)| *point)
                .collect();
            let messages = line
                .problem
                .as_ref()
                .map(|problem| json!([{"Code": "ArithmeticError", "Value": problem}]));
            let last = page.last().map(|(of, _)| *of);
            let is_partial = next.is_some() && last.is_some_and(|last| index >= last);
            json!({
                "Id": line.id,
                "Label": line.label,
                "Timestamps": own.iter().map(|(time, _)| *time).collect::<Vec<_>>(),
                "Values": own.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
                "StatusCode": if is_partial { "PartialData" } else { "Complete" },
                "Messages": messages,
            })
        })
        .collect();
    Ok(json!({"MetricDataResults": results, "Messages": [], "NextToken": next}))
}

/// The points in time that all queries share.
struct Grid {
    window: Window,
    period: i64,
    length: usize,
}

impl Grid {
    /// The period is the longest of the queries.
    fn new(input: &Get) -> Result<Self, AwsError> {
        let queries = input.metric_data_queries.iter();
        let periods = queries.filter_map(|query| {
            let of_metric = query.metric_stat.as_ref().map(|stat| stat.period);
            of_metric.or(query.period)
        });
        let period = periods.max().unwrap_or(60);
        check_period(period)?;
        let window = Window::new(input.start_time, input.end_time, period)?;
        let length = window.periods(period);
        let all = length.saturating_mul(input.metric_data_queries.len());
        if all > LARGEST {
            return Err(AwsError::unsupported(&format!(
                "requests for up to {all} datapoints, but only for {LARGEST},"
            )));
        }
        Ok(Self {
            window,
            period,
            length,
        })
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a period has at most seven digits"
    )]
    fn seconds(&self) -> f64 {
        self.period as f64
    }

    fn metrics(
        &self,
        account: &Account,
        queries: &[MetricDataQuery],
    ) -> Result<Vec<(String, Line)>, AwsError> {
        let mut lines = Vec::new();
        for query in queries {
            if let Some(stat) = &query.metric_stat {
                check_period(stat.period)?;
                lines.push((query.id.clone(), self.line(account, stat)?));
            }
        }
        Ok(lines)
    }

    fn line(&self, account: &Account, stat: &MetricStat) -> Result<Line, AwsError> {
        let name = &stat.stat;
        let statistic = Statistic::named(name)
            .ok_or_else(|| AwsError::unsupported(&format!("the statistic {name}")))?;
        let (metric, unit) = (stat.metric.metric(), stat.unit.as_deref());
        let range = (self.window.start, self.period);
        let buckets = account.metrics.periods(&metric, unit, range, self.length);
        let values = buckets.iter().map(|bucket| bucket.statistic(&statistic));
        Ok(values.collect())
    }

    fn times(&self) -> impl Iterator<Item = i64> {
        let (start, period) = (self.window.start, self.period);
        let count = i64::try_from(self.length).unwrap_or(i64::MAX);
        (0..count).map(move |index| start + index * period)
    }

    /// The lines of one query.
    fn results(
        &self,
        query: &MetricDataQuery,
        metrics: &[(String, Line)],
        math: &Math<'_>,
    ) -> Vec<Answered> {
        let result = |label: &str, line: &Line, problem: Option<String>| Answered {
            id: query.id.clone(),
            label: query.label.clone().unwrap_or_else(|| label.to_owned()),
            points: self
                .times()
                .zip(line)
                .filter_map(|(time, value)| Some((time, (*value)?)))
                .collect(),
            problem,
        };
        if let Some(stat) = &query.metric_stat {
            let own = metrics.iter().find(|(id, _)| *id == query.id);
            let line = own.map(|(_, line)| line.clone()).unwrap_or_default();
            return vec![result(&stat.metric.metric_name, &line, None)];
        }
        match math.lines(&query.id) {
            Ok(lines) => lines
                .iter()
                .map(|(id, line)| result(if id.is_empty() { &query.id } else { id }, line, None))
                .collect(),
            Err(problem) => vec![result(&query.id, &Line::new(), Some(problem))],
        }
    }
}
