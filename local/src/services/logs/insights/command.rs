//! The commands of a query.

use regex_lite::Regex;

use super::expression::Expression;
use super::glob::Extraction;
use super::lexer::{Kind, Token, tokens};
use super::parser::{Malformed, Words};
use super::stats::{self, Aggregate, Stats};
use crate::aws::AwsError;

/// The commands that Logs Insights has and the local AWS has not.
const NOT_DONE: [&str; 9] = [
    "addtotals",
    "anomaly",
    "diff",
    "filterindex",
    "join",
    "lookup",
    "pattern",
    "source",
    "unnest",
];

/// A query: its commands, in their order.
#[derive(Debug)]
pub(in crate::services::logs) struct Query {
    pub(super) commands: Vec<Command>,
}

#[derive(Debug)]
pub(super) enum Command {
    /// Fields by their names, with what they are.
    Fields(Vec<(String, Expression)>),
    Display(Vec<(String, Expression)>),
    Filter(Expression),
    Stats(Stats),
    /// By what, and whether in descending order.
    Sort(Vec<(Expression, bool)>),
    Limit(usize),
    Dedup(Vec<Expression>),
    Parse(Expression, Extraction),
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// AWS's message with the place where it goes wrong, or the command that is not done.
    pub(in crate::services::logs) fn parse(query: &str) -> Result<Self, AwsError> {
        let words = tokens(query).map_err(|err| malformed(query, &err))?;
        let mut commands = Vec::new();
        for part in words.split(|token| token.kind == Kind::Sign("|")) {
            commands.push(command(query, part)?);
        }
        Ok(Self { commands })
    }
}

fn command(query: &str, tokens: &[Token]) -> Result<Command, AwsError> {
    let mut words = Words::new(query, tokens);
    let name = match words.peek() {
        Some(Kind::Name(name)) => name.to_ascii_lowercase(),
        _ => String::new(),
    };
    if NOT_DONE.contains(&name.as_str()) {
        let what = format!("the command {name} of Logs Insights");
        return Err(AwsError::unsupported(&what));
    }
    let read = read(&name, &mut words);
    let read = read.and_then(|read| {
        if words.is_empty() {
            Ok(read)
        } else {
            words.malformed()
        }
    });
    read.map_err(|err| malformed(query, &err))
}

fn read(name: &str, words: &mut Words) -> Result<Command, Malformed> {
    let at = words.position();
    words.next();
    match name {
        "fields" => Ok(Command::Fields(words.list(named)?)),
        "display" => Ok(Command::Display(words.list(named)?)),
        "filter" => Ok(Command::Filter(words.expression()?)),
        "stats" => stats(words).map(Command::Stats),
        "sort" => Ok(Command::Sort(words.list(order)?)),
        "dedup" => Ok(Command::Dedup(words.list(Words::expression)?)),
        "parse" => parse(words),
        "limit" => limit(words),
        _ => Err(Malformed { at }),
    }
}

/// An expression with its name: its alias, or how it is written.
fn named(words: &mut Words) -> Result<(String, Expression), Malformed> {
    let (expression, written) = words.written(Words::expression)?;
    let name = alias(words)?;
    Ok((name.unwrap_or(written), expression))
}

fn alias(words: &mut Words) -> Result<Option<String>, Malformed> {
    if words.takes("as") {
        return words.field().map(Some);
    }
    Ok(None)
}

fn order(words: &mut Words) -> Result<(Expression, bool), Malformed> {
    let expression = words.expression()?;
    let is_descending = words.takes("desc");
    if !is_descending {
        words.takes("asc");
    }
    Ok((expression, is_descending))
}

/// A number of rows, from 1 to 10,000.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is in a small range"
)]
fn limit(words: &mut Words) -> Result<Command, Malformed> {
    match words.peek() {
        Some(Kind::Number(number))
            if (1.0..=10_000.0).contains(number) && number.fract() == 0.0 =>
        {
            words.next();
            Ok(Command::Limit(*number as usize))
        }
        _ => words.malformed(),
    }
}

fn stats(words: &mut Words) -> Result<Stats, Malformed> {
    let aggregates = words.list(aggregate)?;
    let by = if words.takes("by") {
        words.list(named)?
    } else {
        Vec::new()
    };
    Ok(Stats { aggregates, by })
}

fn aggregate(words: &mut Words) -> Result<Aggregate, Malformed> {
    let ((kind, of), written) = words.written(|words| {
        let at = words.position();
        let kind = match words.next() {
            Some(Kind::Name(name)) => stats::Kind::named(name),
            _ => None,
        };
        let mut kind = kind.ok_or(Malformed { at })?;
        words.expect("(")?;
        let counts_all = kind == stats::Kind::Count
            && (words.takes("*") || words.peek() == Some(&Kind::Sign(")")));
        let of = if counts_all {
            None
        } else {
            Some(words.expression()?)
        };
        if kind == stats::Kind::Percentile(0.0) {
            words.expect(",")?;
            kind = percentile(words)?;
        }
        words.expect(")")?;
        Ok((kind, of))
    })?;
    let name = alias(words)?.unwrap_or(written);
    Ok(Aggregate { name, kind, of })
}

fn percentile(words: &mut Words) -> Result<stats::Kind, Malformed> {
    match words.peek() {
        Some(Kind::Number(percent)) if (0.0..=100.0).contains(percent) => {
            words.next();
            Ok(stats::Kind::Percentile(*percent))
        }
        _ => words.malformed(),
    }
}

fn parse(words: &mut Words) -> Result<Command, Malformed> {
    let from = match words.peek() {
        Some(Kind::Text(_) | Kind::Regex(_)) => Expression::Field("@message".to_owned()),
        _ => Expression::Field(words.field()?),
    };
    match words.peek() {
        Some(Kind::Regex(regex)) => {
            let Ok(regex) = Regex::new(regex) else {
                return words.malformed();
            };
            words.next();
            Ok(Command::Parse(from, Extraction::Regex(regex)))
        }
        Some(Kind::Text(glob)) => {
            words.next();
            words.expect("as")?;
            let at = words.position();
            let fields = words.list(Words::field)?;
            let around: Vec<String> = glob.split('*').map(str::to_owned).collect();
            if around.len() != fields.len() + 1 {
                return Err(Malformed { at });
            }
            Ok(Command::Parse(from, Extraction::Glob(around, fields)))
        }
        _ => words.malformed(),
    }
}

/// AWS's message for a query that cannot be read
/// (<https://repost.aws/questions/QUkLHBpAIHQI-p8FiQmXYP3g>).
fn malformed(query: &str, err: &Malformed) -> AwsError {
    let (before, rest) = query.split_at(err.at.min(query.len()));
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    let word = match rest.split_whitespace().next() {
        Some(word) => word.chars().take(100).collect(),
        None => "end of query".to_owned(),
    };
    let message = format!("unexpected symbol found {word} at line {line} and position {column}");
    AwsError::new("MalformedQueryException", message)
}
