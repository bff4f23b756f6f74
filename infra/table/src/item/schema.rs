use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TableDescription;

use super::Kind;
use crate::Error;

/// What a table asks of its items.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) table: String,
    pub(crate) arn: String,
    /// The names of the attributes of the key, and their types.
    pub(crate) key: Vec<(String, Kind)>,
    /// The same of the keys of indexes, which an item need not have.
    pub(crate) indexed: Vec<(String, Kind)>,
    /// How many items it had when they were counted last, which is hours ago.
    pub(crate) items: u64,
}

/// Asks for what the table asks of its items.
pub(crate) async fn describe(client: &Client, table: &str) -> Result<Schema, Error> {
    let described = client.describe_table().table_name(table).send().await;
    let described = described.map_err(deploy::Error::from)?;
    let description = described
        .table()
        .ok_or_else(|| Error::NoKey(table.to_owned()))?;
    schema(table, description).ok_or_else(|| Error::NoKey(table.to_owned()))
}

fn schema(table: &str, description: &TableDescription) -> Option<Schema> {
    let definitions = description.attribute_definitions();
    let defined: Option<Vec<_>> = definitions
        .iter()
        .map(|definition| {
            let kind = Kind::of_tag(definition.attribute_type().as_str())?;
            Some((definition.attribute_name().to_owned(), kind))
        })
        .collect();
    let defined = defined?;
    let key: Option<Vec<_>> = description
        .key_schema()
        .iter()
        .map(|element| {
            let mut defined = defined.iter();
            defined
                .find(|(name, _)| name == element.attribute_name())
                .cloned()
        })
        .collect();
    let key = key.filter(|key| !key.is_empty())?;
    let indexed = defined.into_iter().filter(|defined| !key.contains(defined));
    Some(Schema {
        table: table.to_owned(),
        arn: description.table_arn().unwrap_or(table).to_owned(),
        indexed: indexed.collect(),
        key,
        items: description
            .item_count()
            .and_then(|count| count.try_into().ok())
            .unwrap_or(0),
    })
}

#[cfg(test)]
pub(crate) fn schema_of(key: &[(&str, Kind)]) -> Schema {
    Schema {
        table: "items".to_owned(),
        arn: "arn".to_owned(),
        key: key
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), *kind))
            .collect(),
        indexed: Vec::new(),
        items: 0,
    }
}
