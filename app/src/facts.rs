//! What `DynamoDB` says of the table itself, when it is allowed to tell.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::types::{KeyType, ScalarAttributeType, TableDescription};

use crate::{
    App,
    cached::Cached,
    cursor::KeyNames,
    failure::{Call, Failure},
};

/// So long they are kept, and so long a refusal is.
const AGE: Duration = Duration::from_mins(1);
/// The items are more important: without facts a page is still one.
const PATIENCE: Duration = Duration::from_secs(1);

/// The facts of the tables that were looked at.
#[derive(Debug, Default)]
pub(crate) struct Facts(Mutex<HashMap<String, Arc<Described>>>);

type Described = Cached<Result<TableDescription, Failure>, Failure>;

/// An attribute of the key: its name and type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyAttribute {
    pub(crate) name: String,
    pub(crate) kind: String,
}

impl KeyAttribute {
    /// What a person types for it.
    pub(crate) fn says(&self) -> &'static str {
        match self.kind.as_str() {
            "N" => "Number",
            "B" => "Binary, in base64",
            _ => "String",
        }
    }
}

impl Facts {
    pub(crate) async fn describe(
        &self,
        app: &App,
        table: &str,
    ) -> Result<Arc<Result<TableDescription, Failure>>, Failure> {
        let described = {
            let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if tables.len() > 16 {
                tables.clear();
            }
            let described = tables
                .entry(table.to_owned())
                .or_insert_with(|| Arc::new(Cached::new()));
            Arc::clone(described)
        };
        let oldest = Instant::now().checked_sub(AGE);
        described
            .since(oldest, async || Ok(describe(app, table).await))
            .await
    }

    pub(crate) async fn key_names(&self, app: &App, table: &str) -> Option<KeyNames> {
        let key = self.key(app, table).await?;
        Some(key.into_iter().map(|attribute| attribute.name).collect())
    }

    /// How many items the table had up to six hours ago.
    pub(crate) async fn item_count(&self, app: &App, table: &str) -> Option<u64> {
        let described = self.describe(app, table).await.ok()?;
        let description = Result::as_ref(&described).ok()?;
        u64::try_from(description.item_count()?).ok()
    }

    /// The key of the table, the attribute of the partition first.
    pub(crate) async fn key(&self, app: &App, table: &str) -> Option<Vec<KeyAttribute>> {
        let described = self.describe(app, table).await.ok()?;
        let description = Result::as_ref(&described).ok()?;
        let mut schema = description.key_schema().to_vec();
        schema.sort_by_key(|element| *element.key_type() != KeyType::Hash);
        let kind = |name: &str| {
            let mut definitions = description.attribute_definitions().iter();
            let definition = definitions.find(|definition| definition.attribute_name() == name);
            definition.map_or(ScalarAttributeType::S, |definition| {
                definition.attribute_type().clone()
            })
        };
        let key = schema.iter().map(|element| KeyAttribute {
            name: element.attribute_name().to_owned(),
            kind: kind(element.attribute_name()).as_str().to_owned(),
        });
        Some(key.collect::<Vec<_>>()).filter(|key| !key.is_empty())
    }
}

async fn describe(app: &App, table: &str) -> Result<TableDescription, Failure> {
    let call = Call {
        action: "dynamodb:DescribeTable",
        noun: "table",
        name: table,
    };
    let sent = app.dynamodb.describe_table().table_name(table).send();
    match tokio::time::timeout(PATIENCE, sent).await {
        Ok(Ok(answer)) => answer.table.ok_or_else(|| Failure::unreadable(call)),
        Ok(Err(error)) => Err(Failure::of(call, &error)),
        Err(_) => Err(Failure::late(call)),
    }
}
