use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{KeyType, TableDescription};
use items::Kind;

use crate::aws::{self, Cached, Call, Failure, Lazily, Pause};
use crate::key::KeyNames;

/// When a description is read again behind a page, and a refusal to give one.
const AGE: Duration = Duration::from_mins(1);
/// The description of this time ago is the one of now.
const NOW: Duration = Duration::from_secs(1);
/// How long a failure is kept. The pages do without a description, and must not wait for it each time.
const PAUSE: Pause = Pause {
    with_value: Duration::from_secs(5),
    without: Duration::from_secs(5),
};
/// How long to wait for a description: a page of items can do without it.
const TIMEOUT: Duration = Duration::from_secs(1);
/// How many descriptions are kept. The table rarely gets another name.
const MAX_TABLES: usize = 16;

/// The descriptions of the tables that were looked at, by their names.
#[derive(Debug, Default)]
pub(super) struct Descriptions(Mutex<HashMap<String, Arc<Described>>>);

/// A refusal is a value here, and is kept like one. A failure does not replace it.
type Described = Cached<Result<Arc<Description>, Failure>>;

/// What `DynamoDB` says about the table itself.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) details: TableDescription,
    /// The attributes of the key, the partition key first.
    pub(crate) key: Vec<KeyAttribute>,
}

/// An attribute of the key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyAttribute {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

impl KeyAttribute {
    /// What a person types for it.
    pub(crate) fn hint(&self) -> &'static str {
        match self.kind {
            Kind::Binary => "Binary, in Base64",
            kind => kind.name(),
        }
    }
}

impl Descriptions {
    pub(super) async fn of(
        &self,
        client: &Lazily<Client>,
        table: &str,
    ) -> Result<Arc<Description>, Failure> {
        let fetch = || describe(Arc::clone(client), table.to_owned());
        let described = self.kept(table).current(AGE, fetch).await?;
        Result::clone(&described)
    }

    pub(super) async fn now(
        &self,
        client: &Lazily<Client>,
        table: &str,
    ) -> Result<Arc<Description>, Failure> {
        let now = Instant::now();
        let oldest = now.checked_sub(NOW).unwrap_or(now);
        let fetch = || describe(Arc::clone(client), table.to_owned());
        let described = self.kept(table).since(oldest, fetch).await?;
        Result::clone(&described)
    }

    fn kept(&self, table: &str) -> Arc<Described> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tables.len() > MAX_TABLES {
            tables.clear();
        }
        let kept = tables
            .entry(table.to_owned())
            .or_insert_with(|| Arc::new(Cached::new(PAUSE)));
        Arc::clone(kept)
    }
}

async fn describe(
    client: Lazily<Client>,
    table: String,
) -> Result<Result<Arc<Description>, Failure>, Failure> {
    match ask(&client, &table).await {
        Ok(description) => Ok(Ok(Arc::new(description))),
        Err(refusal) if matches!(refusal.kind(), aws::Kind::Denied | aws::Kind::Missing) => {
            Ok(Err(refusal))
        }
        Err(failure) => Err(failure),
    }
}

async fn ask(client: &Client, table: &str) -> Result<Description, Failure> {
    let call = Call {
        action: "dynamodb:DescribeTable",
        noun: "table",
        name: table,
    };
    let sent = client.describe_table().table_name(table).send();
    let response = match tokio::time::timeout(TIMEOUT, sent).await {
        Ok(Ok(response)) => response,
        Ok(Err(err)) => return Err(Failure::of(call, &err)),
        Err(_) => return Err(Failure::late(call)),
    };
    let details = response.table.ok_or_else(|| Failure::unreadable(call))?;
    let key = key(&details);
    // Every table has a key: this is something else.
    if key.is_empty() {
        return Err(Failure::unreadable(call));
    }
    Ok(Description { details, key })
}

impl Description {
    /// The names of the key's attributes; `None` if the description has no key.
    pub(crate) fn key_names(&self) -> Option<KeyNames> {
        let names = self.key.iter().map(|attribute| attribute.name.clone());
        Some(names.collect::<Vec<_>>()).filter(|names| !names.is_empty())
    }

    /// How many items the table has, counted up to six hours ago.
    pub(crate) fn item_count(&self) -> Option<u64> {
        u64::try_from(self.details.item_count()?).ok()
    }
}

fn key(table: &TableDescription) -> Vec<KeyAttribute> {
    let mut schema: Vec<_> = table.key_schema().iter().collect();
    schema.sort_by_key(|element| *element.key_type() != KeyType::Hash);
    let key = schema.into_iter().map(|element| KeyAttribute {
        name: element.attribute_name().to_owned(),
        kind: kind(table, element.attribute_name()),
    });
    key.collect()
}

/// The type of an attribute of the key. AWS defines each of them; one without a type is shown as a
/// string.
fn kind(table: &TableDescription, name: &str) -> Kind {
    let mut definitions = table.attribute_definitions().iter();
    let found = definitions.find(|definition| definition.attribute_name() == name);
    found
        .and_then(|definition| Kind::of_tag(definition.attribute_type().as_str()))
        .unwrap_or(Kind::String)
}
