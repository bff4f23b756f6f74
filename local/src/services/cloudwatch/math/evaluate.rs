//! Evaluates an expression of metric math over points in time.

use super::Line;
use super::parse::{Expression, Operator};

/// The value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Text(String),
    Line(Line),
    /// Several lines, each with the id of its query.
    Lines(Vec<(String, Line)>),
}

/// What an expression is evaluated with.
pub(super) struct Context<'a> {
    /// The value of another query.
    pub(super) query: &'a dyn Fn(&str) -> Result<Value, String>,
    /// The metrics of the request, with their ids.
    pub(super) metrics: &'a [(String, Line)],
    /// The number of points in time, and the seconds between them.
    pub(super) length: usize,
    pub(super) period: f64,
}

impl Context<'_> {
    pub(super) fn value(&self, expression: &Expression) -> Result<Value, String> {
        match expression {
            Expression::Number(number) => Ok(Value::Number(*number)),
            Expression::Text(text) => Ok(Value::Text(text.clone())),
            Expression::Id(id) => (self.query)(id),
            Expression::List(items) => self.list(items),
            Expression::Negative(inner) => {
                let inner = self.value(inner)?;
                self.each(&inner, |value| Some(-value))
            }
            Expression::Binary(operator, left, right) => {
                self.binary(*operator, &self.value(left)?, &self.value(right)?)
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
        }
    }

    fn list(&self, items: &[Expression]) -> Result<Value, String> {
        let mut lines = Vec::new();
        for item in items {
            let name = item.ids().first().copied().unwrap_or("").to_owned();
            match self.value(item)? {
                Value::Lines(more) => lines.extend(more),
                other => lines.push((name, self.line(&other)?)),
            }
        }
        Ok(Value::Lines(lines))
    }

    /// A value as one line. A number has the same value at each point.
    fn line(&self, value: &Value) -> Result<Line, String> {
        match value {
            Value::Number(number) => Ok(vec![Some(*number); self.length]),
            Value::Line(line) => Ok(line.clone()),
            Value::Lines(_) => Err("a list of time series where one is expected".to_owned()),
            Value::Text(_) => Err("a text where a time series is expected".to_owned()),
        }
    }

    /// Applies a function to each value.
    fn each(&self, value: &Value, of: impl Fn(f64) -> Option<f64>) -> Result<Value, String> {
        let on = |line: &Line| line.iter().map(|value| value.and_then(&of)).collect();
        Ok(match value {
            Value::Number(number) => Value::Number(of(*number).unwrap_or(f64::NAN)),
            Value::Lines(lines) => {
                let lines = lines.iter();
                Value::Lines(lines.map(|(id, line)| (id.clone(), on(line))).collect())
            }
            other => Value::Line(on(&self.line(other)?)),
        })
    }

    fn binary(&self, operator: Operator, left: &Value, right: &Value) -> Result<Value, String> {
        if let (Value::Number(left), Value::Number(right)) = (left, right) {
            return Ok(Value::Number(
                apply(operator, *left, *right).unwrap_or(f64::NAN),
            ));
        }
        let both = |left: &Line, right: &Line| -> Line {
            let pairs = left.iter().zip(right);
            pairs
                .map(|pair| match pair {
                    (Some(left), Some(right)) => apply(operator, *left, *right),
                    _ => None,
                })
                .collect()
        };
        match (left, right) {
            (Value::Lines(lines), other) => {
                let other = self.line(other)?;
                let lines = lines.iter();
                Ok(Value::Lines(
                    lines
                        .map(|(id, line)| (id.clone(), both(line, &other)))
                        .collect(),
                ))
            }
            (other, Value::Lines(lines)) => {
                let other = self.line(other)?;
                let lines = lines.iter();
                Ok(Value::Lines(
                    lines
                        .map(|(id, line)| (id.clone(), both(&other, line)))
                        .collect(),
                ))
            }
            _ => Ok(Value::Line(both(&self.line(left)?, &self.line(right)?))),
        }
    }

    fn call(&self, name: &str, arguments: &[Expression]) -> Result<Value, String> {
        if let ("FILL", [value, Expression::Id(with)]) = (name, arguments)
            && with == "REPEAT"
        {
            return Ok(Value::Line(repeated(&self.line(&self.value(value)?)?)));
        }
        let values: Vec<Value> = arguments
            .iter()
            .map(|argument| self.value(argument))
            .collect::<Result<_, _>>()?;
        match (name, values.as_slice()) {
            ("METRICS", []) => Ok(Value::Lines(self.metrics.to_vec())),
            ("METRICS", [Value::Text(part)]) => {
                let metrics = self.metrics.iter();
                let named = metrics.filter(|(id, _)| id.contains(part.as_str()));
                Ok(Value::Lines(named.cloned().collect()))
            }
            ("SUM" | "AVG" | "MIN" | "MAX" | "STDDEV", [value]) => self.reduce(name, value),
            ("ABS", [value]) => self.each(value, |value| Some(value.abs())),
            ("CEIL", [value]) => self.each(value, |value| Some(value.ceil())),
            ("FLOOR", [value]) => self.each(value, |value| Some(value.floor())),
            ("LOG", [value]) => self.each(value, |value| (value > 0.0).then(|| value.ln())),
            ("LOG10", [value]) => self.each(value, |value| (value > 0.0).then(|| value.log10())),
            ("PERIOD", [_]) => Ok(Value::Number(self.period)),
            ("DATAPOINT_COUNT", [value]) => {
                let known = self.line(value)?.iter().flatten().count();
                Ok(Value::Number(count(known)))
            }
            ("DIFF", [value]) => Ok(Value::Line(difference(&self.line(value)?))),
            ("RATE", [value]) => {
                let difference = Value::Line(difference(&self.line(value)?));
                self.each(&difference, |value| Some(value / self.period))
            }
            ("RUNNING_SUM", [value]) => Ok(Value::Line(running(&self.line(value)?))),
            ("FILL", [value, with]) => self.fill(value, with),
            ("IF", [condition, then]) => self.choose(condition, then, None),
            ("IF", [condition, then, other]) => self.choose(condition, then, Some(other)),
            (
                "METRICS" | "SUM" | "AVG" | "MIN" | "MAX" | "STDDEV" | "ABS" | "CEIL" | "FLOOR"
                | "LOG" | "LOG10" | "PERIOD" | "DATAPOINT_COUNT" | "DIFF" | "RATE" | "RUNNING_SUM"
                | "FILL" | "IF",
                _,
            ) => Err(format!("wrong arguments of {name}")),
            _ => Err(format!(
                "The local AWS does not do the function {name} yet."
            )),
        }
    }

    /// Of one line: a number. Of several: their values at each point.
    fn reduce(&self, name: &str, value: &Value) -> Result<Value, String> {
        let Value::Lines(lines) = value else {
            let line = self.line(value)?;
            let known: Vec<f64> = line.into_iter().flatten().collect();
            return Ok(match reduced(name, &known) {
                Some(number) => Value::Number(number),
                None => Value::Line(vec![None; self.length]),
            });
        };
        let points = (0..self.length).map(|point| {
            let known = lines
                .iter()
                .filter_map(|(_, line)| line.get(point).copied()?);
            reduced(name, &known.collect::<Vec<_>>())
        });
        Ok(Value::Line(points.collect()))
    }

    fn fill(&self, value: &Value, with: &Value) -> Result<Value, String> {
        let filled = |line: &Line| -> Result<Line, String> {
            match with {
                Value::Text(_) => Err("wrong arguments of FILL".to_owned()),
                other => {
                    let other = self.line(other)?;
                    let pairs = line.iter().zip(other);
                    Ok(pairs.map(|(value, other)| value.or(other)).collect())
                }
            }
        };
        match value {
            Value::Lines(lines) => {
                let lines = lines.iter();
                let lines = lines.map(|(id, line)| Ok((id.clone(), filled(line)?)));
                Ok(Value::Lines(lines.collect::<Result<_, String>>()?))
            }
            other => Ok(Value::Line(filled(&self.line(other)?)?)),
        }
    }

    fn choose(
        &self,
        condition: &Value,
        then: &Value,
        other: Option<&Value>,
    ) -> Result<Value, String> {
        if let Value::Number(condition) = condition {
            let chosen = if *condition == 0.0 { other } else { Some(then) };
            return Ok(chosen
                .cloned()
                .unwrap_or_else(|| Value::Line(vec![None; self.length])));
        }
        let (condition, then) = (self.line(condition)?, self.line(then)?);
        let other = match other {
            Some(other) => self.line(other)?,
            None => vec![None; self.length],
        };
        let points = condition.iter().zip(then).zip(other);
        let points = points.map(|((condition, then), other)| match condition {
            Some(condition) if *condition != 0.0 => then,
            Some(_) => other,
            None => None,
        });
        Ok(Value::Line(points.collect()))
    }
}

fn apply(operator: Operator, left: f64, right: f64) -> Option<f64> {
    let flag = |flag: bool| Some(f64::from(u8::from(flag)));
    #[expect(clippy::float_cmp, reason = "the expression asks for it")]
    match operator {
        Operator::Or => flag(left != 0.0 || right != 0.0),
        Operator::And => flag(left != 0.0 && right != 0.0),
        Operator::Equal => flag(left == right),
        Operator::NotEqual => flag(left != right),
        Operator::Less => flag(left < right),
        Operator::LessOrEqual => flag(left <= right),
        Operator::Greater => flag(left > right),
        Operator::GreaterOrEqual => flag(left >= right),
        Operator::Add => Some(left + right),
        Operator::Subtract => Some(left - right),
        Operator::Multiply => Some(left * right),
        // A point that is divided by 0 is missing.
        Operator::Divide => (right != 0.0).then(|| left / right),
        Operator::Power => Some(left.powf(right)),
    }
}

fn reduced(name: &str, known: &[f64]) -> Option<f64> {
    if known.is_empty() {
        return None;
    }
    let sum: f64 = known.iter().sum();
    let average = sum / count(known.len());
    Some(match name {
        "SUM" => sum,
        "AVG" => average,
        "MIN" => known.iter().copied().fold(f64::INFINITY, f64::min),
        "MAX" => known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        _ => {
            let squares = known.iter().map(|value| (value - average).powi(2));
            (squares.sum::<f64>() / count(known.len())).sqrt()
        }
    })
}

fn difference(line: &Line) -> Line {
    let mut before = None;
    let points = line.iter().map(|value| {
        let value = (*value)?;
        let difference = before.map(|before: f64| value - before);
        before = Some(value);
        difference
    });
    points.collect()
}

/// The line with the last value before each gap.
fn repeated(line: &Line) -> Line {
    let mut last = None;
    let points = line.iter().map(|value| {
        last = value.or(last);
        last
    });
    points.collect()
}

fn running(line: &Line) -> Line {
    let mut sum = 0.0;
    let points = line.iter().map(|value| {
        sum += value.unwrap_or(0.0);
        value.map(|_| sum)
    });
    points.collect()
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
