//! Metric math: expressions of metrics and of other expressions.

mod evaluate;
mod parse;

use std::cell::RefCell;
use std::collections::BTreeMap;

use self::evaluate::{Context, Value};
use self::parse::{Expression, parse};

/// The values at each point in time, the oldest first; `None` where there is none.
pub(crate) type Line = Vec<Option<f64>>;

/// An expression with its id.
#[derive(Debug, Clone)]
pub(crate) struct Formula {
    pub(crate) id: String,
    expression: Expression,
}

impl Formula {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn new(id: &str, text: &str) -> Result<Self, String> {
        let first = text.split_whitespace().next().unwrap_or("");
        if first.eq_ignore_ascii_case("SELECT") {
            return Err("The local AWS does not do Metrics Insights queries yet.".to_owned());
        }
        Ok(Self {
            id: id.to_owned(),
            expression: parse(text)?,
        })
    }

    /// The ids that it names.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.expression.ids()
    }
}

/// How many expressions may name each other in a chain.
const LONGEST_CHAIN: usize = 30;

/// Expressions over some metrics.
pub(crate) struct Math<'a> {
    formulas: &'a [Formula],
    metrics: &'a [(String, Line)],
    length: usize,
    period: f64,
    /// The values that are known already: a formula may be named often.
    known: RefCell<BTreeMap<String, Result<Value, String>>>,
}

impl<'a> Math<'a> {
    /// The metrics have `length` points that are `period` seconds apart.
    pub(crate) fn new(
        formulas: &'a [Formula],
        metrics: &'a [(String, Line)],
        length: usize,
        period: f64,
    ) -> Self {
        Self {
            formulas,
            metrics,
            length,
            period,
            known: RefCell::default(),
        }
    }

    /// The lines of a formula. Most have one; `METRICS()` has several, each with the id of its metric.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn lines(&self, id: &str) -> Result<Vec<(String, Line)>, String> {
        Ok(match self.value(id, LONGEST_CHAIN)? {
            Value::Number(number) => vec![(String::new(), vec![Some(number); self.length])],
            Value::Line(line) => vec![(String::new(), line)],
            Value::Lines(lines) => lines,
            Value::Text(_) => return Err("a text is no time series".to_owned()),
        })
    }

    fn value(&self, id: &str, longest: usize) -> Result<Value, String> {
        if let Some((_, line)) = self.metrics.iter().find(|(known, _)| known == id) {
            return Ok(Value::Line(line.clone()));
        }
        if let Some(known) = self.known.borrow().get(id) {
            return known.clone();
        }
        let formula = self.formulas.iter().find(|formula| formula.id == id);
        let formula = formula.ok_or_else(|| format!("unknown id {id}"))?;
        let Some(rest) = longest.checked_sub(1) else {
            return Err("expressions name each other in a circle".to_owned());
        };
        let query = |id: &str| self.value(id, rest);
        let context = Context {
            query: &query,
            metrics: self.metrics,
            length: self.length,
            period: self.period,
        };
        let value = context.value(&formula.expression);
        let mut known = self.known.borrow_mut();
        known.insert(id.to_owned(), value.clone());
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Result<Line, String> {
        let metrics = [
            ("m1".to_owned(), vec![Some(1.0), None, Some(3.0)]),
            ("m2".to_owned(), vec![Some(10.0), Some(20.0), Some(0.0)]),
        ];
        let formulas = [Formula::new("e1", text)?, Formula::new("e2", "m1 * 2")?];
        let lines = Math::new(&formulas, &metrics, 3, 60.0).lines("e1")?;
        Ok(lines
            .into_iter()
            .next()
            .map(|(_, line)| line)
            .unwrap_or_default())
    }

    #[test]
    fn expressions_have_values() {
        let rows: [(&str, [Option<f64>; 3]); 18] = [
            ("FILL(m1, REPEAT)", [Some(1.0), Some(1.0), Some(3.0)]),
            ("m1 + m2", [Some(11.0), None, Some(3.0)]),
            ("m1 / m2 * 100", [Some(10.0), None, None]),
            ("FILL(m1, 0) + 1", [Some(2.0), Some(1.0), Some(4.0)]),
            ("FILL(m1, m2)", [Some(1.0), Some(20.0), Some(3.0)]),
            ("SUM([m1, m2])", [Some(11.0), Some(20.0), Some(3.0)]),
            ("SUM(METRICS())", [Some(11.0), Some(20.0), Some(3.0)]),
            ("MAX(METRICS('m1'))", [Some(1.0), None, Some(3.0)]),
            ("AVG(m1)", [Some(2.0); 3]),
            ("MIN([m1, m2])", [Some(1.0), Some(20.0), Some(0.0)]),
            ("IF(m2 > 5, m2, 5)", [Some(10.0), Some(20.0), Some(5.0)]),
            ("IF(m1 < 2, 1)", [Some(1.0), None, None]),
            ("e2 + 1", [Some(3.0), None, Some(7.0)]),
            ("-m2 + 2 ^ 3", [Some(-2.0), Some(-12.0), Some(8.0)]),
            ("DIFF(m1)", [None, None, Some(2.0)]),
            ("RATE(m2)", [None, Some(10.0 / 60.0), Some(-20.0 / 60.0)]),
            ("RUNNING_SUM(m1)", [Some(1.0), None, Some(4.0)]),
            (
                "m2 / PERIOD(m2)",
                [Some(10.0 / 60.0), Some(20.0 / 60.0), Some(0.0)],
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(line(text).unwrap(), expected, "{text}");
        }
        for wrong in [
            "m3",
            "e1",
            "SUM()",
            "SEARCH('x', 'Sum')",
            "'x'",
            "SELECT 1",
            "m1 + METRICS",
        ] {
            assert!(line(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn many_expressions_that_name_each_other_end_soon() {
        let chain = |count: usize| {
            let formulas: Vec<Formula> = (0..count)
                .map(|index| {
                    let next = index + 1;
                    Formula::new(&format!("e{index}"), &format!("e{next} + e{next}")).unwrap()
                })
                .chain([Formula::new(&format!("e{count}"), "m1").unwrap()])
                .collect();
            let metrics = [("m1".to_owned(), vec![Some(1.0)])];
            let lines = Math::new(&formulas, &metrics, 1, 60.0).lines("e0");
            lines.map(|lines| lines[0].1.clone())
        };
        assert_eq!(chain(20).unwrap(), [Some(1_048_576.0)]);
        assert!(chain(400).is_err());
    }
}
