//! What an expression is in a row.

use super::cell::Cell;
use super::expression::{Expression, Function};
use super::row::Row;

impl Expression {
    pub(super) fn evaluate(&self, row: &Row) -> Cell {
        match self {
            Self::Field(name) => row.get(name),
            Self::Constant(cell) => cell.clone(),
            Self::Not(inner) => Cell::Truth(!inner.evaluate(row).is_true()),
            Self::Minus(inner) => number(inner.evaluate(row).number().map(|number| -number)),
            Self::Both(left, sign, right) => both(left, sign, right, row),
            Self::Like(inner, regex) => {
                let text = inner.evaluate(row).text();
                Cell::Truth(text.is_some_and(|text| regex.is_match(&text)))
            }
            Self::Contains(inner, wanted) => {
                let text = inner.evaluate(row).text();
                Cell::Truth(text.is_some_and(|text| text.contains(wanted.as_str())))
            }
            Self::In(inner, values) => {
                let cell = inner.evaluate(row);
                let mut values = values.iter().map(|value| value.evaluate(row));
                Cell::Truth(values.any(|value| is_equal(&cell, &value)))
            }
            Self::Call(Function::Bin, arguments) => bin(arguments, row),
            Self::Call(function, arguments) => {
                let arguments: Vec<Cell> = arguments
                    .iter()
                    .map(|argument| argument.evaluate(row))
                    .collect();
                call(*function, &arguments)
            }
        }
    }
}

fn both(left: &Expression, sign: &str, right: &Expression, row: &Row) -> Cell {
    let left = left.evaluate(row);
    match sign {
        "and" => return Cell::Truth(left.is_true() && right.evaluate(row).is_true()),
        "or" => return Cell::Truth(left.is_true() || right.evaluate(row).is_true()),
        _ => {}
    }
    let right = right.evaluate(row);
    let is_there = left != Cell::Absent && right != Cell::Absent;
    match sign {
        "=" => Cell::Truth(is_equal(&left, &right)),
        "!=" => Cell::Truth(!is_equal(&left, &right)),
        "<" => Cell::Truth(is_there && left.order(&right).is_lt()),
        "<=" => Cell::Truth(is_there && left.order(&right).is_le()),
        ">" => Cell::Truth(is_there && left.order(&right).is_gt()),
        ">=" => Cell::Truth(is_there && left.order(&right).is_ge()),
        _ => match (left.number(), right.number()) {
            (Some(left), Some(right)) => number(Some(compute(left, sign, right))),
            _ => Cell::Absent,
        },
    }
}

fn is_equal(left: &Cell, right: &Cell) -> bool {
    *left != Cell::Absent && *right != Cell::Absent && left.order(right).is_eq()
}

fn compute(left: f64, sign: &str, right: f64) -> f64 {
    match sign {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "%" => left % right,
        _ => left.powf(right),
    }
}

/// A number; one that is not finite, such as a division by zero, is absent.
fn number(number: Option<f64>) -> Cell {
    let number = number.filter(|number| number.is_finite());
    number.map_or(Cell::Absent, Cell::Number)
}

/// The begin of the period in which a time lies: that of the row, or of the first of two arguments.
fn bin(arguments: &[Expression], row: &Row) -> Cell {
    let (time, period) = match arguments {
        [period] => (row.get("@timestamp"), period.evaluate(row)),
        [time, period, ..] => (time.evaluate(row), period.evaluate(row)),
        [] => return Cell::Absent,
    };
    match (milliseconds(&time), milliseconds(&period)) {
        (Some(time), Some(period)) if period > 0 => {
            Cell::Time(time.div_euclid(period).saturating_mul(period))
        }
        _ => Cell::Absent,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates"
)]
fn milliseconds(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Time(time) => Some(*time),
        other => other.number().map(|number| number as i64),
    }
}

#[expect(clippy::cast_precision_loss, reason = "no text is that long")]
fn call(function: Function, arguments: &[Cell]) -> Cell {
    let first = arguments.first().unwrap_or(&Cell::Absent);
    let of_number = |compute: fn(f64) -> f64| number(first.number().map(compute));
    let of_text = |change: fn(&str) -> String| match first.text() {
        Some(text) => Cell::Text(change(&text)),
        None => Cell::Absent,
    };
    let text = |index: usize| {
        arguments
            .get(index)
            .and_then(Cell::text)
            .unwrap_or_default()
    };
    let is_empty =
        |test: fn(&str) -> bool| Cell::Truth(first.text().is_none_or(|text| test(&text)));
    match function {
        Function::Abs => of_number(f64::abs),
        Function::Ceil => of_number(f64::ceil),
        Function::Floor => of_number(f64::floor),
        Function::Log => of_number(f64::ln),
        Function::Sqrt => of_number(f64::sqrt),
        Function::Greatest => most(arguments, f64::max),
        Function::Least => most(arguments, f64::min),
        Function::Coalesce => {
            let found = arguments.iter().find(|cell| **cell != Cell::Absent);
            found.cloned().unwrap_or(Cell::Absent)
        }
        Function::Concat => Cell::Text(arguments.iter().filter_map(Cell::text).collect()),
        Function::FromMillis => milliseconds(first).map_or(Cell::Absent, Cell::Time),
        Function::ToMillis => of_number(|number| number),
        Function::IsBlank => is_empty(|text| text.trim().is_empty()),
        Function::IsEmpty => is_empty(str::is_empty),
        Function::IsPresent => Cell::Truth(*first != Cell::Absent),
        Function::Replace => Cell::Text(text(0).replace(&text(1), &text(2))),
        Function::Strcontains => Cell::Truth(text(0).contains(&text(1))),
        Function::Strlen => match first.text() {
            Some(text) => Cell::Number(text.chars().count() as f64),
            None => Cell::Absent,
        },
        Function::Substr => Cell::Text(part(&text(0), &arguments[1..])),
        Function::ToLower => of_text(str::to_lowercase),
        Function::ToUpper => of_text(str::to_uppercase),
        Function::Trim => of_text(|text| text.trim().to_owned()),
        Function::Bin => Cell::Absent,
    }
}

fn most(arguments: &[Cell], choose: fn(f64, f64) -> f64) -> Cell {
    number(arguments.iter().filter_map(Cell::number).reduce(choose))
}

/// The part of a text from a position on, of a length.
fn part(text: &str, range: &[Cell]) -> String {
    let mut range = range.iter().map(milliseconds);
    let mut next = || {
        let number = range.next().flatten()?;
        Some(usize::try_from(number).unwrap_or(0))
    };
    let skipped = next().unwrap_or(0);
    let length = next().unwrap_or(usize::MAX);
    text.chars().skip(skipped).take(length).collect()
}
