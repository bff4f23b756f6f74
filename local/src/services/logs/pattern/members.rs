//! Patterns for lines of JSON: `{ $.code = 404 }`.

use serde_json::Value;

use super::compare::{Comparison, Condition, Tokens};
use super::lexer::{Token, tokens};

pub(in crate::services::logs) struct Members(Condition<Member>);

/// A condition on the members at a path.
struct Member {
    path: Vec<Step>,
    test: Test,
}

enum Step {
    Name(String),
    Index(usize),
    Every,
}

enum Test {
    Compare(Comparison),
    IsNull,
    Is(bool),
    NotExists,
    Exists,
}

impl Members {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut tokens = tokens(text)?.into_iter().peekable();
        let condition = Condition::parse(&mut tokens, &Member::parse, 0)?;
        tokens.peek().is_none().then_some(Self(condition))
    }

    pub(super) fn fit(&self, line: &Value) -> bool {
        self.0.fits(&|member| member.fits(line))
    }
}

/// The value at a path such as `$.a.b`, as text.
pub(super) fn value(line: &Value, path: &str) -> Option<String> {
    let steps = steps(path.strip_prefix('$')?)?;
    match reached(line, &steps).first()? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

impl Member {
    fn parse(tokens: &mut Tokens) -> Option<Self> {
        let Some(Token::Word(path)) = tokens.next() else {
            return None;
        };
        let path = steps(path.strip_prefix('$')?)?;
        let test = match tokens.peek()? {
            Token::Word(_) => Test::parse(tokens)?,
            _ => Test::Compare(Comparison::parse(tokens)?),
        };
        Some(Self { path, test })
    }

    fn fits(&self, line: &Value) -> bool {
        let found = reached(line, &self.path);
        match &self.test {
            Test::NotExists => found.is_empty(),
            Test::Exists => !found.is_empty(),
            test => found.into_iter().any(|value| test.fits(value)),
        }
    }
}

impl Test {
    fn parse(tokens: &mut Tokens) -> Option<Self> {
        let mut word = || match tokens.next() {
            Some(Token::Word(word)) => Some(word.to_ascii_uppercase()),
            _ => None,
        };
        match (word()?.as_str(), word) {
            ("EXISTS", _) => Some(Self::Exists),
            ("NOT", mut word) => (word()? == "EXISTS").then_some(Self::NotExists),
            ("IS", mut word) => match word()?.as_str() {
                "NULL" => Some(Self::IsNull),
                "TRUE" => Some(Self::Is(true)),
                "FALSE" => Some(Self::Is(false)),
                _ => None,
            },
            _ => None,
        }
    }

    fn fits(&self, value: &Value) -> bool {
        match self {
            Self::IsNull => value.is_null(),
            Self::Is(wanted) => value.as_bool() == Some(*wanted),
            Self::Exists | Self::NotExists => false,
            Self::Compare(comparison) => match value {
                Value::String(text) => comparison.fits(text, text.parse().ok()),
                Value::Number(number) => comparison.fits(&number.to_string(), number.as_f64()),
                Value::Bool(flag) => comparison.fits(&flag.to_string(), None),
                _ => false,
            },
        }
    }
}

/// Reads `.a.b[0]['c d'][*]`.
fn steps(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            if rest.starts_with('[') {
                continue;
            }
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            steps.push(match name {
                "" => return None,
                "*" => Step::Every,
                name => Step::Name(name.to_owned()),
            });
            rest = after;
        } else {
            let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
            let name = inner
                .strip_prefix(['\'', '"'])
                .and_then(|inner| inner.strip_suffix(['\'', '"']));
            steps.push(match (name, inner) {
                (Some(name), _) => Step::Name(name.to_owned()),
                (None, "*") => Step::Every,
                (None, index) => Step::Index(index.parse().ok()?),
            });
            rest = after;
        }
    }
    (!steps.is_empty()).then_some(steps)
}

/// The values at a path: several if it has a wildcard.
fn reached<'a>(value: &'a Value, path: &[Step]) -> Vec<&'a Value> {
    let mut found = vec![value];
    for step in path {
        found = found
            .into_iter()
            .flat_map(|value| match step {
                Step::Name(name) => value.get(name).into_iter().collect::<Vec<_>>(),
                Step::Index(index) => value.get(index).into_iter().collect(),
                Step::Every => match value {
                    Value::Array(items) => items.iter().collect(),
                    Value::Object(members) => members.values().collect(),
                    _ => Vec::new(),
                },
            })
            .collect();
    }
    found
}
