//! Imports a table that exists already, with its items, into the stack.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TableDescription;
use clap::Args;
use deploy::cli::{Consent, Format};
use deploy::{Clients, Deployed, Import, Options, Stack};

use crate::Error;

/// The key in the template. A table with another key does not fit the template.
const KEY: &str = "itemID (HASH, S)";

/// The options of `table import`.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// The name of the table
    #[arg(long)]
    pub name: String,
    /// What needs approval.
    #[command(flatten)]
    pub consent: Consent,
    /// How to print the result.
    #[command(flatten)]
    pub format: Format,
}

/// Imports a table with its items into the stack, then deploys the rest of the template.
pub async fn import(
    clients: &Clients,
    stack: &Stack,
    name: &str,
    options: &Options,
) -> Result<Deployed, Error> {
    ensure_same_key(clients, name).await?;
    let table = Import {
        logical_id: "Table",
        resource_type: "AWS::DynamoDB::Table",
        identifier: "TableName",
        physical_id: name,
    };
    deploy::import(clients, stack, table, options).await?;
    Ok(deploy::deploy(clients, stack, options).await?)
}

async fn ensure_same_key(clients: &Clients, name: &str) -> Result<(), Error> {
    let described = Client::new(clients.config())
        .describe_table()
        .table_name(name)
        .send()
        .await
        .map_err(deploy::Error::from)?;
    let table = described.table();
    let key = key(table.ok_or_else(|| Error::NoKey(name.to_owned()))?);
    if key == KEY {
        return Ok(());
    }
    Err(Error::OtherKey {
        table: name.to_owned(),
        key,
    })
}

/// The key of a table, as `itemID (HASH, S)`.
fn key(table: &TableDescription) -> String {
    let definitions = table.attribute_definitions();
    let parts = table.key_schema().iter().map(|element| {
        let name = element.attribute_name();
        let kind = definitions.iter().find(|d| d.attribute_name() == name);
        let kind = kind.map_or("", |d| d.attribute_type().as_str());
        format!("{name} ({}, {kind})", element.key_type().as_str())
    });
    parts.collect::<Vec<_>>().join(", ")
}
