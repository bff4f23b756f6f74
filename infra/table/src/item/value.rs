use items::{Kind, MAX_DEPTH};

use super::Reason;

/// One value with its type. A number holds its digits, a binary its Base64.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    String(String),
    Number(String),
    Binary(String),
    Boolean(bool),
    Null,
    Map(Attributes),
    List(Vec<Self>),
    StringSet(Vec<String>),
    NumberSet(Vec<String>),
    BinarySet(Vec<String>),
}

/// The attributes of an item or a map, each name once.
pub(crate) type Attributes = Vec<(String, Value)>;

impl Value {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::String(_) => Kind::String,
            Self::Number(_) => Kind::Number,
            Self::Binary(_) => Kind::Binary,
            Self::Boolean(_) => Kind::Boolean,
            Self::Null => Kind::Null,
            Self::Map(_) => Kind::Map,
            Self::List(_) => Kind::List,
            Self::StringSet(_) => Kind::StringSet,
            Self::NumberSet(_) => Kind::NumberSet,
            Self::BinarySet(_) => Kind::BinarySet,
        }
    }
}

/// The next level of nesting, if `DynamoDB` allows it.
pub(super) fn deeper(depth: usize) -> Result<usize, Reason> {
    if depth < MAX_DEPTH {
        Ok(depth + 1)
    } else {
        Err(format!(
            "its values are nested deeper than DynamoDB's limit of {MAX_DEPTH} levels"
        ))
    }
}

/// Fails if a name occurs twice, since it would be unclear which value is meant.
pub(crate) fn ensure_distinct(attributes: &Attributes) -> Result<(), Reason> {
    let mut names: Vec<_> = attributes.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("it has {} twice", pair[0])),
        None => Ok(()),
    }
}
