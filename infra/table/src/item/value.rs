use super::Reason;

/// How deep `DynamoDB` allows values to be nested.
const MAX_DEPTH: usize = 32;

/// One value with its type. A number holds its digits, a binary its Base64.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    S(String),
    N(String),
    B(String),
    Bool(bool),
    Null,
    M(Attributes),
    L(Vec<Self>),
    Ss(Vec<String>),
    Ns(Vec<String>),
    Bs(Vec<String>),
}

/// The attributes of an item or a map, each name once.
pub(crate) type Attributes = Vec<(String, Value)>;

/// The types of `DynamoDB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    S,
    N,
    B,
    Bool,
    Null,
    M,
    L,
    Ss,
    Ns,
    Bs,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 10] = [
        (Self::S, "S", "a string"),
        (Self::N, "N", "a number"),
        (Self::B, "B", "a binary"),
        (Self::Bool, "BOOL", "a boolean"),
        (Self::Null, "NULL", "null"),
        (Self::M, "M", "a map"),
        (Self::L, "L", "a list"),
        (Self::Ss, "SS", "a string set"),
        (Self::Ns, "NS", "a number set"),
        (Self::Bs, "BS", "a binary set"),
    ];

    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, known, _)| *known == tag)
            .map(|(kind, ..)| kind)
    }

    pub(crate) fn tag(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The type as a noun in a sentence.
    pub(crate) fn noun(self) -> &'static str {
        Self::ALL[self as usize].2
    }
}

impl Value {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::S(_) => Kind::S,
            Self::N(_) => Kind::N,
            Self::B(_) => Kind::B,
            Self::Bool(_) => Kind::Bool,
            Self::Null => Kind::Null,
            Self::M(_) => Kind::M,
            Self::L(_) => Kind::L,
            Self::Ss(_) => Kind::Ss,
            Self::Ns(_) => Kind::Ns,
            Self::Bs(_) => Kind::Bs,
        }
    }
}

/// The next level of nesting, if `DynamoDB` allows it.
pub(crate) fn deeper(depth: usize) -> Result<usize, Reason> {
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
