//! Reads expressions from the words of a query.

use regex_lite::Regex;

use super::cell::Cell;
use super::expression::{Expression, Function};
use super::lexer::{Kind, Token};

/// The deepest nesting of an expression.
const DEEPEST: usize = 50;

/// A query that cannot be read: the byte at which it goes wrong.
#[derive(Debug)]
pub(super) struct Malformed {
    pub(super) at: usize,
}

/// The words of a command that are still to be read.
pub(super) struct Words<'a> {
    query: &'a str,
    tokens: &'a [Token],
    depth: usize,
}

/// The operators, those that bind closer later.
const LEVELS: [&[&str]; 6] = [
    &["or"],
    &["and"],
    &["=", "!=", "<", "<=", ">", ">="],
    &["+", "-"],
    &["*", "/", "%"],
    &["^"],
];

impl<'a> Words<'a> {
    pub(super) fn new(query: &'a str, tokens: &'a [Token]) -> Self {
        Self {
            query,
            tokens,
            depth: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The next word, which stays.
    pub(super) fn peek(&self) -> Option<&'a Kind> {
        self.tokens.first().map(|token| &token.kind)
    }

    /// Where the next word begins.
    pub(super) fn position(&self) -> usize {
        self.tokens
            .first()
            .map_or(self.query.len(), |token| token.start)
    }

    /// Takes the next word.
    pub(super) fn next(&mut self) -> Option<&'a Kind> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(&first.kind)
    }

    pub(super) fn malformed<T>(&self) -> Result<T, Malformed> {
        Err(Malformed {
            at: self.position(),
        })
    }

    /// Takes a sign if it is the next word.
    pub(super) fn takes(&mut self, wanted: &str) -> bool {
        let is_next = match self.peek() {
            Some(Kind::Sign(sign)) => *sign == wanted,
            Some(Kind::Name(name)) => name.eq_ignore_ascii_case(wanted),
            _ => false,
        };
        if is_next {
            self.next();
        }
        is_next
    }

    pub(super) fn expect(&mut self, wanted: &str) -> Result<(), Malformed> {
        if self.takes(wanted) {
            Ok(())
        } else {
            self.malformed()
        }
    }

    /// The name of a field.
    pub(super) fn field(&mut self) -> Result<String, Malformed> {
        match self.peek() {
            Some(Kind::Name(name) | Kind::Field(name)) => {
                self.next();
                Ok(name.clone())
            }
            _ => self.malformed(),
        }
    }

    /// What `read` reads, and how the query writes it.
    pub(super) fn written<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Malformed>,
    ) -> Result<(T, String), Malformed> {
        let before = self.tokens;
        let value = read(self)?;
        let taken = &before[..before.len() - self.tokens.len()];
        let text = match taken {
            [
                Token {
                    kind: Kind::Field(name),
                    ..
                },
            ] => name.clone(),
            [first, .., last] => self.query[first.start..last.end].to_owned(),
            [only] => self.query[only.start..only.end].to_owned(),
            [] => String::new(),
        };
        Ok((value, text))
    }

    /// Parts with commas between them.
    pub(super) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let mut parts = vec![read(self)?];
        while self.takes(",") {
            parts.push(read(self)?);
        }
        Ok(parts)
    }

    pub(super) fn expression(&mut self) -> Result<Expression, Malformed> {
        if self.depth == DEEPEST {
            return self.malformed();
        }
        self.depth += 1;
        let read = self.level(0);
        self.depth -= 1;
        read
    }

    fn level(&mut self, level: usize) -> Result<Expression, Malformed> {
        let Some(signs) = LEVELS.get(level) else {
            return self.unary();
        };
        if level == 2 && self.takes("not") {
            // `not` binds closer than `and`, and takes a whole comparison.
            return self.nested(|words| Ok(Expression::Not(Box::new(words.level(2)?))));
        }
        let mut left = self.level(level + 1)?;
        if level == 2 {
            left = self.test(left)?;
        }
        while let Some(sign) = signs.iter().find(|sign| self.takes(sign)) {
            let right = self.level(level + 1)?;
            left = Expression::Both(Box::new(left), sign, Box::new(right));
        }
        Ok(left)
    }

    /// Reads what holds another expression, up to a depth.
    fn nested(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Expression, Malformed>,
    ) -> Result<Expression, Malformed> {
        if self.depth == DEEPEST {
            return self.malformed();
        }
        self.depth += 1;
        let expression = read(self);
        self.depth -= 1;
        expression
    }

    /// `like`, `=~`, `in` and their contraries after a value.
    fn test(&mut self, value: Expression) -> Result<Expression, Malformed> {
        let is_not = self.takes("not");
        let value = Box::new(value);
        let test = if self.takes("like") || (!is_not && self.takes("=~")) {
            match self.peek() {
                Some(Kind::Regex(regex)) => match Regex::new(regex) {
                    Ok(regex) => Expression::Like(value, regex),
                    Err(_) => return self.malformed(),
                },
                Some(Kind::Text(text)) => Expression::Contains(value, text.clone()),
                _ => return self.malformed(),
            }
        } else if self.takes("in") {
            self.expect("[")?;
            let values = self.list(Self::expression)?;
            // The last word is taken below, as that of the other tests.
            if self.peek() != Some(&Kind::Sign("]")) {
                return self.malformed();
            }
            Expression::In(value, values)
        } else if is_not {
            return self.malformed();
        } else {
            return Ok(*value);
        };
        self.next();
        Ok(if is_not {
            Expression::Not(Box::new(test))
        } else {
            test
        })
    }

    fn unary(&mut self) -> Result<Expression, Malformed> {
        if self.takes("-") {
            return self.nested(|words| Ok(Expression::Minus(Box::new(words.unary()?))));
        }
        let at = self.position();
        let constant = |cell| Ok(Expression::Constant(cell));
        match self.next() {
            Some(Kind::Sign("(")) => {
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(Kind::Text(text)) => constant(Cell::Text(text.clone())),
            Some(Kind::Number(number)) => constant(Cell::Number(*number)),
            Some(Kind::Period(period)) => constant(Cell::Time(*period)),
            Some(Kind::Field(name)) => Ok(Expression::Field(name.clone())),
            Some(Kind::Name(name)) if self.takes("(") => self.call(name, at),
            Some(Kind::Name(name)) => Ok(match name.as_str() {
                "true" => Expression::Constant(Cell::Truth(true)),
                "false" => Expression::Constant(Cell::Truth(false)),
                _ => Expression::Field(name.clone()),
            }),
            _ => Err(Malformed { at }),
        }
    }

    /// The arguments of a function, after its parenthesis.
    fn call(&mut self, name: &str, at: usize) -> Result<Expression, Malformed> {
        let arguments = self.list(Self::expression)?;
        self.expect(")")?;
        match Function::named(name, arguments.len()) {
            Some((function, true)) => Ok(Expression::Call(function, arguments)),
            _ => Err(Malformed { at }),
        }
    }
}
