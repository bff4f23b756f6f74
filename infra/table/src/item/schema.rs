use items::Kind;

/// The name and the type of an attribute that is part of a key.
pub(crate) type KeyAttribute = (String, Kind);

/// What a table requires of its items.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) table: String,
    pub(crate) arn: String,
    /// The partition key, then the sort key if there is one.
    pub(crate) key: Vec<KeyAttribute>,
    /// The keys of indexes, which an item may omit.
    pub(crate) indexed: Vec<KeyAttribute>,
    /// The number of items, as `DynamoDB` counted them up to six hours ago.
    pub(crate) items: u64,
}

#[cfg(test)]
impl Schema {
    /// A schema with this key and nothing else.
    pub(crate) fn of(key: &[(&str, Kind)]) -> Self {
        let named = |(name, kind): &(&str, Kind)| ((*name).to_owned(), *kind);
        Self {
            table: "items".to_owned(),
            arn: "arn".to_owned(),
            key: key.iter().map(named).collect(),
            indexed: Vec::new(),
            items: 0,
        }
    }
}
