//! The command `stats`: one row for each group of rows.

use std::collections::BTreeMap;

use super::cell::Cell;
use super::expression::Expression;
use super::row::Row;

#[derive(Debug, Clone)]
pub(super) struct Stats {
    pub(super) aggregates: Vec<Aggregate>,
    /// What the rows of a group have in common, by the name of its field.
    pub(super) by: Vec<(String, Expression)>,
}

#[derive(Debug, Clone)]
pub(super) struct Aggregate {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// What is counted or added; nothing for `count(*)`.
    pub(super) of: Option<Expression>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Count,
    CountDistinct,
    Sum,
    Average,
    Least,
    Most,
    Deviation,
    /// The value below which so many percent are.
    Percentile(f64),
    Earliest,
    Latest,
}

impl Kind {
    /// The aggregate of a name. A percentile gets its number later.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "count" => Self::Count,
            "count_distinct" => Self::CountDistinct,
            "sum" => Self::Sum,
            "avg" => Self::Average,
            "min" => Self::Least,
            "max" => Self::Most,
            "stddev" => Self::Deviation,
            "pct" | "percentile" => Self::Percentile(0.0),
            "median" => Self::Percentile(50.0),
            "earliest" => Self::Earliest,
            "latest" => Self::Latest,
            _ => return None,
        })
    }
}

impl Stats {
    /// A row for each group.
    pub(super) fn run(&self, rows: &[Row]) -> Vec<Row> {
        let mut groups: BTreeMap<Vec<Option<String>>, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            let key = self.by.iter().map(|(_, by)| by.evaluate(row).text());
            groups.entry(key.collect()).or_default().push(row);
        }
        if self.by.is_empty() {
            groups.entry(Vec::new()).or_default();
        }
        groups.values().map(|rows| self.result(rows)).collect()
    }

    fn result(&self, rows: &[&Row]) -> Row {
        let mut result = Row::default();
        if let Some(first) = rows.first() {
            for (name, by) in &self.by {
                result.set(name, by.evaluate(first));
            }
        }
        for aggregate in &self.aggregates {
            result.set(&aggregate.name, aggregate.of_rows(rows));
        }
        result
    }
}

impl Aggregate {
    #[expect(clippy::cast_precision_loss, reason = "there are not that many rows")]
    fn of_rows(&self, rows: &[&Row]) -> Cell {
        let cell = |row: &Row| match &self.of {
            Some(expression) => expression.evaluate(row),
            None => Cell::Truth(true),
        };
        let cells: Vec<Cell> = match self.kind {
            Kind::Earliest | Kind::Latest => {
                let mut rows = rows.to_vec();
                rows.sort_by(|one, other| one.get("@timestamp").order(&other.get("@timestamp")));
                rows.iter().map(|row| cell(row)).collect()
            }
            _ => rows.iter().map(|row| cell(row)).collect(),
        };
        let cells: Vec<Cell> = cells
            .into_iter()
            .filter(|cell| *cell != Cell::Absent)
            .collect();
        match self.kind {
            Kind::Count => return Cell::Number(cells.len() as f64),
            Kind::CountDistinct => {
                let mut texts: Vec<_> = cells.iter().map(Cell::text).collect();
                texts.sort();
                texts.dedup();
                return Cell::Number(texts.len() as f64);
            }
            Kind::Earliest => return cells.first().cloned().unwrap_or(Cell::Absent),
            Kind::Latest => return cells.last().cloned().unwrap_or(Cell::Absent),
            Kind::Least => return extreme(&cells, false),
            Kind::Most => return extreme(&cells, true),
            _ => {}
        }
        let mut numbers: Vec<f64> = cells.iter().filter_map(Cell::number).collect();
        numbers.sort_by(f64::total_cmp);
        self.kind
            .of_numbers(&numbers)
            .map_or(Cell::Absent, Cell::Number)
    }
}

impl Kind {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of a float saturates, and there are not that many rows"
    )]
    fn of_numbers(self, sorted: &[f64]) -> Option<f64> {
        let count = sorted.len() as f64;
        let sum: f64 = sorted.iter().sum();
        if let Self::Percentile(percent) = self {
            let rank = (percent / 100.0 * count).ceil() as usize;
            return sorted
                .get(rank.saturating_sub(1).min(sorted.len().checked_sub(1)?))
                .copied();
        }
        let result = match self {
            Self::Sum => sum,
            Self::Average => sum / count,
            _ => {
                let average = sum / count;
                let squares = sorted.iter().map(|number| (number - average).powi(2));
                (squares.sum::<f64>() / count).sqrt()
            }
        };
        (!sorted.is_empty() && result.is_finite()).then_some(result)
    }
}

fn extreme(cells: &[Cell], is_most: bool) -> Cell {
    let found = if is_most {
        cells.iter().max_by(|one, other| one.order(other))
    } else {
        cells.iter().min_by(|one, other| one.order(other))
    };
    let shown = |cell: &Cell| cell.number().map_or_else(|| cell.clone(), Cell::Number);
    match found {
        Some(Cell::Time(time)) => Cell::Time(*time),
        Some(cell) => shown(cell),
        None => Cell::Absent,
    }
}
