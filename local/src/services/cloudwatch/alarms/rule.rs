//! The rule of a composite alarm.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>.

use std::collections::BTreeSet;

use super::state::{Alarms, StateValue};

/// How deep a rule may be nested.
const DEEPEST: usize = 50;

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rule {
    Always(bool),
    /// The name or the ARN of an alarm, and the state that it must have.
    State(StateValue, String),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut parser = Parser {
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
        };
        let rule = parser.either()?;
        match parser.peek() {
            None => Ok(rule),
            Some(other) => Err(unexpected(other)),
        }
    }

    /// Reads a rule.
    ///
    /// # Errors
    /// The sentence of an action.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        Self::new(text).map_err(|err| {
            if err.starts_with("The local AWS") {
                return err;
            }
            format!("AlarmRule could not be parsed: {err}")
        })
    }

    pub(super) fn holds(&self, alarms: &Alarms) -> bool {
        match self {
            Self::Always(holds) => *holds,
            Self::State(state, name) => alarms
                .alarms
                .get(short(name))
                .is_some_and(|alarm| alarm.state.value == *state),
            Self::Not(rule) => !rule.holds(alarms),
            Self::And(left, right) => left.holds(alarms) && right.holds(alarms),
            Self::Or(left, right) => left.holds(alarms) || right.holds(alarms),
        }
    }

    /// The names of the alarms that it depends on.
    pub(crate) fn alarms(&self) -> BTreeSet<&str> {
        match self {
            Self::Always(_) => BTreeSet::new(),
            Self::State(_, name) => BTreeSet::from([short(name)]),
            Self::Not(rule) => rule.alarms(),
            Self::And(left, right) | Self::Or(left, right) => &left.alarms() | &right.alarms(),
        }
    }
}

/// The name in an ARN; a name stays as it is.
fn short(name: &str) -> &str {
    match name.split_once(":alarm:") {
        Some((start, short)) if start.starts_with("arn:") => short,
        _ => name,
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Word(String),
    Quoted(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Token::Open, &rest[1..]),
            ')' => (Token::Close, &rest[1..]),
            '"' | '\'' => {
                let (quoted, after) = rest[1..].split_once(first).ok_or("a name has no end")?;
                (Token::Quoted(quoted.to_owned()), after)
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()\"'".contains(c));
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                (Token::Word(word.to_owned()), after)
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn unexpected(token: &Token) -> String {
    match token {
        Token::Open => "unexpected (".to_owned(),
        Token::Close => "unexpected )".to_owned(),
        Token::Word(word) | Token::Quoted(word) => format!("unexpected {word}"),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes(&mut self, word: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Word(own)) if own.eq_ignore_ascii_case(word));
        self.at += usize::from(takes);
        takes
    }

    fn either(&mut self) -> Result<Rule, String> {
        let mut rule = self.both()?;
        while self.takes("OR") {
            rule = Rule::Or(Box::new(rule), Box::new(self.both()?));
        }
        Ok(rule)
    }

    fn both(&mut self) -> Result<Rule, String> {
        let mut rule = self.one()?;
        while self.takes("AND") {
            rule = Rule::And(Box::new(rule), Box::new(self.one()?));
        }
        Ok(rule)
    }

    fn one(&mut self) -> Result<Rule, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let rule = self.inner();
        self.depth -= 1;
        rule
    }

    fn inner(&mut self) -> Result<Rule, String> {
        match self.next() {
            Some(Token::Open) => {
                let rule = self.either()?;
                self.needs(&Token::Close)?;
                Ok(rule)
            }
            Some(Token::Word(word)) => match word.to_ascii_uppercase().as_str() {
                "TRUE" => Ok(Rule::Always(true)),
                "FALSE" => Ok(Rule::Always(false)),
                "NOT" => Ok(Rule::Not(Box::new(self.one()?))),
                "ALARM" => self.state(StateValue::Alarm),
                "OK" => self.state(StateValue::Ok),
                "INSUFFICIENT_DATA" => self.state(StateValue::InsufficientData),
                "AT_LEAST" => {
                    Err("The local AWS does not do the function AT_LEAST yet.".to_owned())
                }
                _ => Err(format!("unexpected {word}")),
            },
            Some(other) => Err(unexpected(&other)),
            None => Err("unexpected end".to_owned()),
        }
    }

    fn state(&mut self, state: StateValue) -> Result<Rule, String> {
        self.needs(&Token::Open)?;
        let name = match self.next() {
            Some(Token::Word(name) | Token::Quoted(name)) if !name.is_empty() => name,
            Some(other) => return Err(unexpected(&other)),
            None => return Err("unexpected end".to_owned()),
        };
        self.needs(&Token::Close)?;
        Ok(Rule::State(state, name))
    }

    fn needs(&mut self, token: &Token) -> Result<(), String> {
        match self.next() {
            Some(found) if found == *token => Ok(()),
            Some(other) => Err(unexpected(&other)),
            None => Err("unexpected end".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read() {
        let rule = Rule::new(
            "(ALARM(\"a b\") OR alarm(arn:aws:cloudwatch:eu-central-1:1:alarm:c)) AND NOT OK(d)",
        )
        .unwrap();
        assert_eq!(rule.alarms(), BTreeSet::from(["a b", "c", "d"]));
        assert_eq!(Rule::new("TRUE").unwrap(), Rule::Always(true));
        for wrong in [
            "",
            "ALARM",
            "ALARM()",
            "ALARM(a",
            "a",
            "TRUE TRUE",
            "ALARM(\"a)",
            "AND TRUE",
        ] {
            assert!(Rule::new(wrong).is_err(), "{wrong}");
        }
        assert!(Rule::new(&"(".repeat(100_000)).is_err());
        assert!(Rule::new(&"NOT ".repeat(100_000)).is_err());
    }
}
