/// The ten types that a value in `DynamoDB` can have.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// Text, `S`.
    String,
    /// A number of up to 38 digits, `N`.
    Number,
    /// Bytes, `B`; JSON has them in Base64.
    Binary,
    /// `true` or `false`, `BOOL`.
    Boolean,
    /// `NULL`.
    Null,
    /// Values with names, `M`.
    Map,
    /// Values one after the other, `L`.
    List,
    /// Texts that all differ, `SS`.
    StringSet,
    /// Numbers that all differ, `NS`.
    NumberSet,
    /// Binary values that all differ, `BS`.
    BinarySet,
}

impl Kind {
    /// All types, in the order in which `DynamoDB` documents them.
    pub const ALL: [Self; 10] = [
        Self::String,
        Self::Number,
        Self::Binary,
        Self::Boolean,
        Self::Null,
        Self::Map,
        Self::List,
        Self::StringSet,
        Self::NumberSet,
        Self::BinarySet,
    ];

    /// The type with this tag, if there is one.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Some(match tag {
            "S" => Self::String,
            "N" => Self::Number,
            "B" => Self::Binary,
            "BOOL" => Self::Boolean,
            "NULL" => Self::Null,
            "M" => Self::Map,
            "L" => Self::List,
            "SS" => Self::StringSet,
            "NS" => Self::NumberSet,
            "BS" => Self::BinarySet,
            _ => return None,
        })
    }

    /// What `DynamoDB` writes in its JSON: `{"price":{"N":"5"}}`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::String => "S",
            Self::Number => "N",
            Self::Binary => "B",
            Self::Boolean => "BOOL",
            Self::Null => "NULL",
            Self::Map => "M",
            Self::List => "L",
            Self::StringSet => "SS",
            Self::NumberSet => "NS",
            Self::BinarySet => "BS",
        }
    }

    /// The plain name, as a heading or in a list: `Number set`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Number => "Number",
            Self::Binary => "Binary",
            Self::Boolean => "Boolean",
            Self::Null => "Null",
            Self::Map => "Map",
            Self::List => "List",
            Self::StringSet => "String set",
            Self::NumberSet => "Number set",
            Self::BinarySet => "Binary set",
        }
    }

    /// The name in a sentence: `a number set`.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Binary => "a binary",
            Self::Boolean => "a boolean",
            Self::Null => "null",
            Self::Map => "a map",
            Self::List => "a list",
            Self::StringSet => "a string set",
            Self::NumberSet => "a number set",
            Self::BinarySet => "a binary set",
        }
    }

    /// Whether DynamoDB JSON has the value as one string. A key has one of these types.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Binary)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_type_is_found_by_its_tag_and_has_names_of_its_own() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(Kind::of_tag(kind.tag()), Some(kind));
            for other in &Kind::ALL[..index] {
                assert_ne!(kind.name(), other.name());
                assert_ne!(kind.noun(), other.noun());
            }
        }
        for tag in ["", "s", "STRING", "S "] {
            assert_eq!(Kind::of_tag(tag), None, "{tag:?}");
        }
    }
}
