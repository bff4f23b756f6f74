//! Expressions: what `fields`, `filter`, `stats` and `sort` compute.

use regex_lite::Regex;

use super::cell::Cell;

#[derive(Debug, Clone)]
pub(super) enum Expression {
    Field(String),
    Constant(Cell),
    Not(Box<Self>),
    Minus(Box<Self>),
    Both(Box<Self>, &'static str, Box<Self>),
    /// Whether a text fits a regular expression.
    Like(Box<Self>, Regex),
    /// Whether a text contains another.
    Contains(Box<Self>, String),
    In(Box<Self>, Vec<Self>),
    Call(Function, Vec<Self>),
}

/// A function, with the least and the most arguments that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Bin,
    Ceil,
    Coalesce,
    Concat,
    Floor,
    FromMillis,
    Greatest,
    IsBlank,
    IsEmpty,
    IsPresent,
    Least,
    Log,
    Replace,
    Sqrt,
    Strcontains,
    Strlen,
    Substr,
    ToLower,
    ToMillis,
    ToUpper,
    Trim,
}

const FUNCTIONS: [(&str, Function, usize, usize); 25] = [
    ("abs", Function::Abs, 1, 1),
    ("bin", Function::Bin, 1, 1),
    ("ceil", Function::Ceil, 1, 1),
    ("coalesce", Function::Coalesce, 1, 100),
    ("concat", Function::Concat, 1, 100),
    ("datefloor", Function::Bin, 2, 2),
    ("floor", Function::Floor, 1, 1),
    ("frommillis", Function::FromMillis, 1, 1),
    ("greatest", Function::Greatest, 1, 100),
    ("isblank", Function::IsBlank, 1, 1),
    ("isempty", Function::IsEmpty, 1, 1),
    ("ispresent", Function::IsPresent, 1, 1),
    ("least", Function::Least, 1, 100),
    ("log", Function::Log, 1, 1),
    ("lower", Function::ToLower, 1, 1),
    ("replace", Function::Replace, 3, 3),
    ("sqrt", Function::Sqrt, 1, 1),
    ("strcontains", Function::Strcontains, 2, 2),
    ("strlen", Function::Strlen, 1, 1),
    ("substr", Function::Substr, 2, 3),
    ("tolower", Function::ToLower, 1, 1),
    ("tomillis", Function::ToMillis, 1, 1),
    ("toupper", Function::ToUpper, 1, 1),
    ("trim", Function::Trim, 1, 1),
    ("upper", Function::ToUpper, 1, 1),
];

impl Function {
    /// The function of a name, and whether it takes so many arguments.
    pub(super) fn named(name: &str, count: usize) -> Option<(Self, bool)> {
        let name = name.to_ascii_lowercase();
        let (_, function, least, most) = FUNCTIONS.iter().find(|(known, ..)| *known == name)?;
        Some((*function, (*least..=*most).contains(&count)))
    }
}
