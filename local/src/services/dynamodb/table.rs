//! `AWS::DynamoDB::Table`.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::change::{UpdateTable, check, update_tags};
use super::client::call;
use super::description::Described;
use super::properties::TableProperties;
use crate::account::{Account, State};
use crate::resources::{Found, Made, Request, ResourceType, members};

pub(crate) struct Table;

impl ResourceType for Table {
    const NAME: &'static str = "AWS::DynamoDB::Table";
    const SCHEMA: &'static str = include_str!("table.json");
    const USUAL_DURATION: Duration = Duration::from_secs(12);
    const IDENTIFIER: Option<&'static str> = Some("TableName");
    type Properties = TableProperties;

    fn exists(account: &Account, _: &State, name: &str) -> bool {
        let tables = account.backend.tables();
        tables.iter().any(|(known, _)| known == name)
    }

    async fn create(request: &Request, properties: &TableProperties) -> Result<Made, String> {
        let name = request.name(properties.table_name.as_deref());
        let arn = arn(&request.account, &name);
        Ok(Made::new(name, json!({"Arn": arn})))
    }

    async fn start(
        request: &Request,
        properties: &TableProperties,
        name: &str,
    ) -> Result<(), String> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct CreateTable<'a> {
            table_name: &'a str,
            #[serde(flatten)]
            properties: &'a TableProperties,
        }
        let input = CreateTable {
            table_name: name,
            properties,
        };
        call(&request.account, "CreateTable", &input)
            .await
            .map(|_| ())
    }

    async fn update(
        request: &Request,
        before: &TableProperties,
        after: &TableProperties,
    ) -> Result<(), String> {
        check(before, after)?;
        if let Some(input) = UpdateTable::of(&request.physical_id, before, after) {
            call(&request.account, "UpdateTable", &input).await?;
        }
        update_tags(request, before, after).await
    }

    async fn delete(request: &Request, _: &TableProperties) -> Result<(), String> {
        let input = json!({"TableName": request.physical_id});
        match call(&request.account, "DeleteTable", &input).await {
            Err(message) if message.contains("not found") => Ok(()),
            other => other.map(|_| ()),
        }
    }

    async fn read(account: &Account, name: &str, expected: &Value) -> Found {
        let input = json!({"TableName": name});
        let described = call(account, "DescribeTable", &input).await.ok();
        let described: Option<Described> =
            described.and_then(|output| serde_json::from_value(output).ok());
        described.map_or(Found::Gone, |described| {
            Found::Properties(described.table.in_place_of(expected))
        })
    }

    fn attributes(account: &Account, name: &str, _: &Value) -> Map<String, Value> {
        members(json!({"Arn": arn(account, name)}))
    }
}

pub(super) fn arn(account: &Account, name: &str) -> String {
    account.arn("dynamodb", &format!("table/{name}"))
}
