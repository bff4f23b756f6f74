use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeDefinition, TableDescription};
use items::Kind;

use crate::Error;
use crate::item::{KeyAttribute, Schema};

/// Asks `DynamoDB` what the table requires of its items.
pub(crate) async fn describe(client: &Client, table: &str) -> Result<Schema, Error> {
    let described = client.describe_table().table_name(table).send().await;
    let described = described.map_err(deploy::Error::from)?;
    described
        .table()
        .and_then(|description| schema(table, description))
        .ok_or_else(|| Error::NoKey(table.to_owned()))
}

fn schema(table: &str, description: &TableDescription) -> Option<Schema> {
    let defined = description.attribute_definitions().iter().map(defined);
    let defined: Vec<_> = defined.collect::<Option<_>>()?;
    let key = description.key_schema().iter().map(|element| {
        let mut defined = defined.iter();
        defined
            .find(|(name, _)| name == element.attribute_name())
            .cloned()
    });
    let key: Vec<_> = key.collect::<Option<_>>()?;
    if key.is_empty() {
        return None;
    }
    let indexed = defined.into_iter().filter(|defined| !key.contains(defined));
    Some(Schema {
        table: table.to_owned(),
        arn: description.table_arn().unwrap_or(table).to_owned(),
        indexed: indexed.collect(),
        key,
        // Only the progress bar uses the count, and 0 means that it is unknown.
        items: description
            .item_count()
            .and_then(|count| count.try_into().ok())
            .unwrap_or(0),
    })
}

fn defined(definition: &AttributeDefinition) -> Option<KeyAttribute> {
    let kind = Kind::of_tag(definition.attribute_type().as_str())?;
    Some((definition.attribute_name().to_owned(), kind))
}
