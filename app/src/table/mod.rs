//! The `DynamoDB` table: its client, its name, and what is known of it.
//!
//! [`Reading`] reads its items, one Scan after the other, while the bytes arrive.

mod body;
mod description;
mod get;
mod position;
mod reading;
mod scan;

use std::sync::Arc;
use std::time::Instant;

use aws_sdk_dynamodb::Client;

pub(crate) use description::{Description, KeyAttribute};
pub(crate) use reading::{Next, Reading};

use crate::aws::{Failure, Kind, Lazily, Setting};
use description::Descriptions;

/// The table whose items are shown.
#[derive(Debug)]
pub(crate) struct Table {
    client: Lazily<Client>,
    name: Setting<String>,
    descriptions: Descriptions,
}

impl Table {
    pub(crate) fn new(client: Lazily<Client>, name: Setting<String>) -> Self {
        Self {
            client,
            name,
            descriptions: Descriptions::default(),
        }
    }

    /// The name of the table.
    pub(crate) async fn name(&self) -> Result<Arc<String>, Failure> {
        self.name.current().await
    }

    /// Makes a call with the name of the table, and returns the name with its result.
    ///
    /// A table that is missing may have been replaced under another name. Then the parameter with its
    /// name is read again, and the call is made again with the new name, once.
    pub(crate) async fn call<T, F>(
        &self,
        call: impl Fn(Arc<String>) -> F,
    ) -> Result<(Arc<String>, T), Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let (name, asked) = (self.name.current().await?, Instant::now());
        let failure = match call(Arc::clone(&name)).await {
            Ok(result) => return Ok((name, result)),
            Err(failure) if failure.kind() == Kind::Missing => failure,
            Err(failure) => return Err(failure),
        };
        let renewed = self.name.since(asked).await?;
        if renewed == name {
            return Err(failure);
        }
        tracing::info!(old = %name, new = %renewed, "the table was replaced");
        let result = call(Arc::clone(&renewed)).await?;
        Ok((renewed, result))
    }

    /// The description of the table with this name, which the role of the service may not be allowed
    /// to read.
    pub(crate) async fn describe(&self, name: &str) -> Result<Arc<Description>, Failure> {
        self.descriptions.of(&self.client, name).await
    }

    /// Makes the client now.
    pub(crate) fn make_client(&self) {
        std::sync::LazyLock::force(&self.client);
    }
}
