//! Patterns for lines of fields that spaces separate: `[ip, ..., status = 4*]`.

use super::compare::{Comparison, Condition};
use super::lexer::{Token, tokens};

pub(in crate::services::logs) struct Fields {
    before: Vec<Field>,
    /// The fields after `...`, if the pattern has one: any number of fields.
    after: Option<Vec<Field>>,
}

/// A field with its condition, if it has one.
struct Field {
    name: String,
    condition: Option<Condition<Comparison>>,
}

impl Fields {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut fields = Self {
            before: Vec::new(),
            after: None,
        };
        for part in tokens.split(|token| *token == Token::Sign(",")) {
            match (part, &mut fields.after) {
                ([Token::Word(word)], None) if word == "..." => fields.after = Some(Vec::new()),
                ([Token::Word(word)], Some(_)) if word == "..." => return None,
                (part, None) => fields.before.push(Field::parse(part)?),
                (part, Some(after)) => after.push(Field::parse(part)?),
            }
        }
        Some(fields)
    }

    pub(super) fn fit(&self, line: &str) -> bool {
        let values = split(line);
        let fit = |fields: &[Field], values: &[&str]| {
            let mut pairs = fields.iter().zip(values);
            pairs.all(|(field, value)| field.fits(value))
        };
        let Some(after) = &self.after else {
            return values.len() == self.before.len() && fit(&self.before, &values);
        };
        let Some(rest) = values.len().checked_sub(after.len()) else {
            return false;
        };
        rest >= self.before.len() && fit(&self.before, &values) && fit(after, &values[rest..])
    }

    /// The value of the field with this name.
    pub(super) fn value<'a>(&self, line: &'a str, name: &str) -> Option<&'a str> {
        let values = split(line);
        let of = |fields: &[Field]| fields.iter().position(|field| field.name == name);
        if let Some(index) = of(&self.before) {
            return values.get(index).copied();
        }
        let after = self.after.as_ref()?;
        let index = values.len().checked_sub(after.len())? + of(after)?;
        values.get(index).copied()
    }
}

impl Field {
    /// Reads `name`, or `name = 1 || name = 2`.
    fn parse(part: &[Token]) -> Option<Self> {
        match part {
            [Token::Word(name)] => Some(Self {
                name: name.clone(),
                condition: None,
            }),
            [] => None,
            part => {
                let name = part.iter().find_map(|token| match token {
                    Token::Word(word) => Some(word.clone()),
                    _ => None,
                });
                let part = part.to_vec();
                let mut tokens = part.into_iter().peekable();
                let one = |tokens: &mut super::compare::Tokens| {
                    matches!(tokens.next(), Some(Token::Word(_)))
                        .then(|| Comparison::parse(tokens))
                        .flatten()
                };
                let condition = Condition::parse(&mut tokens, &one, 0)?;
                tokens.peek().is_none().then_some(Self {
                    name: name?,
                    condition: Some(condition),
                })
            }
        }
    }

    fn fits(&self, value: &str) -> bool {
        let number = value.parse().ok();
        self.condition
            .as_ref()
            .is_none_or(|condition| condition.fits(&|one| one.fits(value, number)))
    }
}

/// The fields of a line: what is in quotes or brackets is one field.
fn split(line: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let close = match rest.chars().next() {
            Some('"') => Some('"'),
            Some('[') => Some(']'),
            _ => None,
        };
        let enclosed = close.and_then(|close| {
            let end = rest[1..].find(close)? + 1;
            Some((&rest[1..end], &rest[end + 1..]))
        });
        let (field, after) = enclosed.unwrap_or_else(|| {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            rest.split_at(end)
        });
        fields.push(field);
        rest = after.trim_start();
    }
    fields
}
