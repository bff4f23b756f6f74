//! The `DynamoDB` table: its client, its name, and what is known of it.
//!
//! [`Reading`] reads its items, one Scan after the other, while the bytes arrive.

mod body;
mod description;
mod get;
mod name;
mod pace;
mod position;
mod reading;
mod scan;

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;

pub(crate) use description::{Description, KeyAttribute};
pub(crate) use name::TableName;
pub(crate) use reading::{Next, Reading};

use crate::aws::{Failure, Gate, Kind, Lazily, Setting};
use description::Descriptions;

/// The table whose items are shown.
#[derive(Debug)]
pub(crate) struct Table {
    client: Lazily<Client>,
    name: Setting<TableName>,
    descriptions: Descriptions,
    /// For the calls that read items.
    gate: Gate,
    /// How long one call may take until its response has begun.
    call_time: Duration,
}

impl Table {
    pub(crate) fn new(
        client: Lazily<Client>,
        name: Setting<TableName>,
        call_time: Duration,
    ) -> Self {
        Self {
            client,
            name,
            descriptions: Descriptions::default(),
            gate: Gate::default(),
            call_time,
        }
    }

    /// The name of the table.
    pub(crate) async fn name(&self) -> Result<Arc<TableName>, Failure> {
        self.name.current().await
    }

    /// Makes a call with the name of the table, and returns the name with its result.
    ///
    /// A table that is missing may have been replaced under another name. Then the parameter with its
    /// name is read again, and the call is made again with the new name, once.
    pub(crate) async fn call<T, F>(
        &self,
        call: impl Fn(Arc<TableName>) -> F,
    ) -> Result<(Arc<TableName>, T), Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let (name, asked) = (self.name.current().await?, Instant::now());
        let failure = match call(Arc::clone(&name)).await {
            Ok(result) => return Ok((name, result)),
            Err(failure) if failure.kind() == Kind::Missing => failure,
            Err(failure) => return Err(failure),
        };
        // If SSM is away, the page says that the table is missing, before its own time is over.
        let renewed = tokio::time::timeout(self.call_time / 4, self.name.since(asked)).await;
        let Some(renewed) = renewed.ok().transpose()?.filter(|renewed| *renewed != name) else {
            return Err(failure);
        };
        tracing::info!(old = %name, new = %renewed, "the table was replaced");
        let result = call(Arc::clone(&renewed)).await?;
        Ok((renewed, result))
    }

    /// Reads the name of the table again whenever it is old, for ever.
    pub(crate) async fn keep_fresh(&self) {
        self.name.keep_fresh().await;
    }

    /// The description of the table with this name, which may be old, and which the role of the service
    /// may not be allowed to read.
    pub(crate) async fn describe(&self, name: &str) -> Result<Arc<Description>, Failure> {
        self.descriptions.of(&self.client, name).await
    }

    /// The description of the table with this name as it is now.
    pub(crate) async fn describe_now(&self, name: &str) -> Result<Arc<Description>, Failure> {
        self.descriptions.now(&self.client, name).await
    }

    /// Makes the client now.
    pub(crate) fn make_client(&self) {
        std::sync::LazyLock::force(&self.client);
    }
}
