//! Comparisons with a value, and conditions made of them.

use regex_lite::Regex;

use super::lexer::Token;
use crate::aws::fits;

/// The deepest nesting of parentheses.
const DEEPEST: usize = 50;

/// What a value is compared with.
pub(super) enum Wanted {
    Number(f64),
    /// A text in which `*` stands for any text.
    Text(String),
    Regex(Regex),
}

/// `= 404`, for example.
pub(super) struct Comparison {
    operator: &'static str,
    wanted: Wanted,
}

impl Comparison {
    /// Reads an operator and a value.
    pub(super) fn parse(tokens: &mut Tokens) -> Option<Self> {
        let Some(Token::Sign(operator)) = tokens.next() else {
            return None;
        };
        let wanted = match tokens.next()? {
            Token::Quoted(text) => Wanted::Text(text),
            Token::Regex(regex) => Wanted::Regex(Regex::new(&regex).ok()?),
            Token::Word(word) => match word.parse::<f64>() {
                Ok(number) if number.is_finite() => Wanted::Number(number),
                _ => Wanted::Text(word),
            },
            Token::Sign(_) => return None,
        };
        let is_order = matches!(operator, "<" | ">" | "<=" | ">=");
        let is_known = is_order || matches!(operator, "=" | "!=");
        // Only numbers are in an order.
        let is_allowed = !is_order || matches!(wanted, Wanted::Number(_));
        (is_known && is_allowed).then_some(Self { operator, wanted })
    }

    /// Whether a value fits, which may be a number.
    pub(super) fn fits(&self, text: &str, number: Option<f64>) -> bool {
        match (&self.wanted, number) {
            (Wanted::Number(wanted), Some(number)) => {
                let order = number.total_cmp(wanted);
                match self.operator {
                    "=" => order.is_eq(),
                    "!=" => order.is_ne(),
                    "<" => order.is_lt(),
                    ">" => order.is_gt(),
                    "<=" => order.is_le(),
                    _ => order.is_ge(),
                }
            }
            (Wanted::Number(_), None) => self.operator == "!=",
            (Wanted::Text(wanted), _) => (self.operator == "=") == fits(wanted, text),
            (Wanted::Regex(regex), _) => (self.operator == "=") == regex.is_match(text),
        }
    }
}

/// The tokens that are still to be read.
pub(super) type Tokens = std::iter::Peekable<std::vec::IntoIter<Token>>;

/// A condition of parts that are joined.
pub(super) enum Condition<T> {
    One(T),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl<T> Condition<T> {
    /// Reads conditions that are joined by `||` and `&&`, of which `&&` binds closer.
    pub(super) fn parse(
        tokens: &mut Tokens,
        one: &dyn Fn(&mut Tokens) -> Option<T>,
        depth: usize,
    ) -> Option<Self> {
        let mut any = vec![Self::all(tokens, one, depth)?];
        while tokens.next_if_eq(&Token::Sign("||")).is_some() {
            any.push(Self::all(tokens, one, depth)?);
        }
        Some(Self::Any(any))
    }

    fn all(
        tokens: &mut Tokens,
        one: &dyn Fn(&mut Tokens) -> Option<T>,
        depth: usize,
    ) -> Option<Self> {
        let mut all = vec![Self::part(tokens, one, depth)?];
        while tokens.next_if_eq(&Token::Sign("&&")).is_some() {
            all.push(Self::part(tokens, one, depth)?);
        }
        Some(Self::All(all))
    }

    fn part(
        tokens: &mut Tokens,
        one: &dyn Fn(&mut Tokens) -> Option<T>,
        depth: usize,
    ) -> Option<Self> {
        if tokens.next_if_eq(&Token::Sign("(")).is_none() {
            return one(tokens).map(Self::One);
        }
        if depth == DEEPEST {
            return None;
        }
        let inner = Self::parse(tokens, one, depth + 1)?;
        tokens.next_if_eq(&Token::Sign(")"))?;
        Some(inner)
    }

    pub(super) fn fits(&self, one: &dyn Fn(&T) -> bool) -> bool {
        match self {
            Self::One(part) => one(part),
            Self::All(parts) => parts.iter().all(|part| part.fits(one)),
            Self::Any(parts) => parts.iter().any(|part| part.fits(one)),
        }
    }
}
