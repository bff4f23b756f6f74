//! Reads an expression of metric math.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html>.

/// How deep an expression may be nested.
const DEEPEST: usize = 50;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Number(f64),
    Text(String),
    /// The id of another query.
    Id(String),
    List(Vec<Self>),
    Call(String, Vec<Self>),
    Negative(Box<Self>),
    Binary(Operator, Box<Self>, Box<Self>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Operator {
    fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide => 5,
            Self::Power => 6,
        }
    }
}

/// The longer signs first, because a shorter one may be their beginning.
const SIGNS: [(&str, Operator); 15] = [
    ("||", Operator::Or),
    ("&&", Operator::And),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("+", Operator::Add),
    ("-", Operator::Subtract),
    ("*", Operator::Multiply),
    ("/", Operator::Divide),
    ("^", Operator::Power),
    ("OR", Operator::Or),
    ("AND", Operator::And),
];

/// Reads an expression.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let mut parser = Parser {
        rest: text,
        depth: 0,
    };
    let expression = parser.binary(0)?;
    parser.blanks();
    if parser.rest.is_empty() {
        return Ok(expression);
    }
    Err(parser.unexpected())
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn binary(&mut self, weakest: u8) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let mut left = self.unary()?;
        while let Some((sign, operator)) = self.operator()
            && operator.strength() > weakest
        {
            self.rest = &self.rest[sign.len()..];
            let right = self.binary(operator.strength())?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&mut self) -> Option<(&'static str, Operator)> {
        self.blanks();
        let mut signs = SIGNS.iter();
        let found = signs.find(|(sign, _)| {
            let after = self.rest.strip_prefix(sign);
            let is_word = sign.starts_with(char::is_alphabetic);
            after.is_some_and(|after| !is_word || !after.starts_with(is_in_word))
        });
        found.copied()
    }

    fn unary(&mut self) -> Result<Expression, String> {
        if self.takes('-') {
            let inner = self.binary(Operator::Multiply.strength())?;
            return Ok(Expression::Negative(Box::new(inner)));
        }
        if self.takes('(') {
            let inner = self.binary(0)?;
            return self.needs(')').map(|()| inner);
        }
        if self.takes('[') {
            return self.items(']').map(Expression::List);
        }
        for quote in ['"', '\''] {
            if self.takes(quote) {
                let (text, rest) = self.rest.split_once(quote).ok_or("a text has no end")?;
                self.rest = rest;
                return Ok(Expression::Text(text.to_owned()));
            }
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.unexpected());
        }
        if word.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
            let number = word.parse();
            return number
                .map(Expression::Number)
                .map_err(|_| format!("{word} is not a number"));
        }
        if self.takes('(') {
            let arguments = self.items(')')?;
            return Ok(Expression::Call(word.to_ascii_uppercase(), arguments));
        }
        Ok(Expression::Id(word.to_owned()))
    }

    fn items(&mut self, end: char) -> Result<Vec<Expression>, String> {
        let mut items = Vec::new();
        if self.takes(end) {
            return Ok(items);
        }
        loop {
            items.push(self.binary(0)?);
            if self.takes(end) {
                return Ok(items);
            }
            self.needs(',')?;
        }
    }

    fn word(&mut self) -> &'a str {
        self.blanks();
        let end = self
            .rest
            .find(|c| !is_in_word(c))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn takes(&mut self, sign: char) -> bool {
        self.blanks();
        let after = self.rest.strip_prefix(sign);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn needs(&mut self, sign: char) -> Result<(), String> {
        if self.takes(sign) {
            return Ok(());
        }
        Err(self.unexpected())
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn unexpected(&self) -> String {
        match self.rest.chars().next() {
            Some(sign) => format!("unexpected '{sign}'"),
            None => "unexpected end".to_owned(),
        }
    }
}

fn is_in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

impl Expression {
    /// The ids that it names.
    pub(super) fn ids(&self) -> Vec<&str> {
        match self {
            Self::Id(id) => vec![id],
            Self::Number(_) | Self::Text(_) => Vec::new(),
            Self::List(items) | Self::Call(_, items) => items.iter().flat_map(Self::ids).collect(),
            Self::Negative(inner) => inner.ids(),
            Self::Binary(_, left, right) => [left.ids(), right.ids()].concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_read_with_the_usual_strengths() {
        let id = |name: &str| Box::new(Expression::Id(name.to_owned()));
        let binary = |operator, left, right| Expression::Binary(operator, left, right);
        let product = binary(Operator::Multiply, id("b"), id("c"));
        assert_eq!(
            parse("a + b*c").unwrap(),
            binary(Operator::Add, id("a"), Box::new(product))
        );
        let difference = binary(Operator::Subtract, id("a"), id("b"));
        assert_eq!(
            parse("a-b-c").unwrap(),
            binary(Operator::Subtract, Box::new(difference), id("c"))
        );
        assert_eq!(parse("SUM([m1, m2])").unwrap().ids(), ["m1", "m2"]);
        assert_eq!(
            parse("IF(a > 0 AND b, 1, ORDER)").unwrap().ids(),
            ["a", "b", "ORDER"]
        );
        for wrong in ["", "a +", "(a", "a b", "SUM(a", "'a", "1x", "a,,b", "#"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&"-".repeat(100_000)).is_err());
    }
}
