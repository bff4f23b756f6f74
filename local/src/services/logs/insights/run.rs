//! Runs a query.

use super::cell::Cell;
use super::command::{Command, Query};
use super::expression::Expression;
use super::row::Row;

/// How many rows a query without `limit` returns
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html>).
const ROWS: usize = 10_000;

/// The results of a query.
pub(in crate::services::logs) struct Found {
    /// The fields of each row with their values; a field that is absent is not there.
    pub(in crate::services::logs) rows: Vec<Vec<(String, String)>>,
    /// How many events passed the filters.
    pub(in crate::services::logs) matched: usize,
}

/// The fields that are shown, and whether a row still is one event.
struct Shown {
    fields: Vec<String>,
    is_event: bool,
}

impl Query {
    /// The results among these events, at most as many as the caller asks for.
    pub(in crate::services::logs) fn run(&self, mut rows: Vec<Row>, limit: Option<usize>) -> Found {
        // Without `sort`, the newest come first.
        rows.sort_by(|one, other| other.get("@timestamp").order(&one.get("@timestamp")));
        let mut shown = Shown {
            fields: Vec::new(),
            is_event: true,
        };
        let mut matched = rows.len();
        for command in &self.commands {
            rows = command.run(rows, &mut shown);
            if shown.is_event && matches!(command, Command::Filter(_)) {
                matched = rows.len();
            }
        }
        let has_limit = self
            .commands
            .iter()
            .any(|command| matches!(command, Command::Limit(_)));
        let default = if has_limit { usize::MAX } else { ROWS };
        rows.truncate(limit.unwrap_or(default));
        if shown.fields.is_empty() {
            shown.fields = vec!["@timestamp".to_owned(), "@message".to_owned()];
        }
        if shown.is_event && !shown.fields.iter().any(|field| field == "@ptr") {
            shown.fields.push("@ptr".to_owned());
        }
        let values = |row: &Row| {
            let values = shown.fields.iter();
            let values = values.filter_map(|field| Some((field.clone(), row.get(field).text()?)));
            values.collect()
        };
        Found {
            rows: rows.iter().map(values).collect(),
            matched,
        }
    }
}

impl Command {
    fn run(&self, mut rows: Vec<Row>, shown: &mut Shown) -> Vec<Row> {
        match self {
            Self::Fields(fields) => {
                compute(fields, &mut rows);
                for (name, _) in fields {
                    if !shown.fields.contains(name) {
                        shown.fields.push(name.clone());
                    }
                }
            }
            Self::Display(fields) => {
                compute(fields, &mut rows);
                shown.fields = fields.iter().map(|(name, _)| name.clone()).collect();
            }
            Self::Filter(condition) => rows.retain(|row| condition.evaluate(row).is_true()),
            Self::Stats(stats) => {
                rows = stats.run(&rows);
                let by = stats.by.iter().map(|(name, _)| name);
                let aggregates = stats.aggregates.iter().map(|aggregate| &aggregate.name);
                shown.fields = by.chain(aggregates).cloned().collect();
                shown.is_event = false;
            }
            Self::Sort(by) => rows.sort_by(|one, other| order(by, one, other)),
            Self::Limit(count) => rows.truncate(*count),
            Self::Dedup(by) => {
                let mut seen = std::collections::BTreeSet::new();
                rows.retain(|row| {
                    let key: Vec<_> = by.iter().map(|field| field.evaluate(row).text()).collect();
                    key.contains(&None) || seen.insert(key)
                });
            }
            Self::Parse(from, extraction) => {
                for row in &mut rows {
                    if let Some(text) = from.evaluate(row).text() {
                        extraction.extract(&text, row);
                    }
                }
            }
        }
        rows
    }
}

/// Adds what is computed to each row.
fn compute(fields: &[(String, Expression)], rows: &mut [Row]) {
    for (name, expression) in fields {
        if matches!(expression, Expression::Field(field) if field == name) {
            continue;
        }
        for row in &mut *rows {
            let cell = expression.evaluate(row);
            if cell != Cell::Absent {
                row.set(name, cell);
            }
        }
    }
}

fn order(by: &[(Expression, bool)], one: &Row, other: &Row) -> std::cmp::Ordering {
    let orders = by.iter().map(|(expression, is_descending)| {
        let order = expression.evaluate(one).order(&expression.evaluate(other));
        if *is_descending {
            order.reverse()
        } else {
            order
        }
    });
    orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
}
