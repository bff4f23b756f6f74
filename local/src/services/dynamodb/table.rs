//! `AWS::DynamoDB::Table`.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::change::{UpdateTable, check, update_tags, update_time_to_live};
use super::client::call;
use super::description::Described;
use super::keys::{GRANTS, key_sentence};
use super::properties::TableProperties;
use crate::account::{Account, State};
use crate::resources::{Found, Made, Request, ResourceType, members, refused_by};

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
        check_key(request, properties)?;
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
        call(&request.account, "CreateTable", &input).await?;
        let expiry = properties.time_to_live_specification.as_ref();
        update_time_to_live(request, name, None, expiry).await
    }

    fn record(state: &mut State, properties: &TableProperties, name: &str) -> Result<(), String> {
        let recovery = properties.point_in_time_recovery_specification;
        state.recoveries.set(name, recovery.enabled, recovery.days);
        protect(state, properties, name);
        Ok(())
    }

    async fn late(
        request: &Request,
        properties: &TableProperties,
        name: &str,
    ) -> Map<String, Value> {
        if properties.stream_specification.is_none() {
            return Map::new();
        }
        let input = json!({"TableName": name});
        let described = call(&request.account, "DescribeTable", &input).await;
        let arn = described.map(|output| output["Table"]["LatestStreamArn"].clone());
        members(json!({"StreamArn": arn.unwrap_or_default()}))
    }

    async fn update(
        request: &Request,
        before: &TableProperties,
        after: &TableProperties,
    ) -> Result<(), String> {
        check(before, after)?;
        if before.encryption.key != after.encryption.key {
            check_key(request, after)?;
        }
        if let Some(input) = UpdateTable::of(&request.physical_id, before, after) {
            call(&request.account, "UpdateTable", &input).await?;
        }
        let name = &request.physical_id;
        update_time_to_live(
            request,
            name,
            before.time_to_live_specification.as_ref(),
            after.time_to_live_specification.as_ref(),
        )
        .await?;
        let recovery = after.point_in_time_recovery_specification;
        if recovery != before.point_in_time_recovery_specification {
            let set =
                |state: &mut State| state.recoveries.set(name, recovery.enabled, recovery.days);
            request.account.change(set);
        }
        request.account.change(|state| {
            if before.resource_policy.text() != after.resource_policy.text() {
                state
                    .protections
                    .set_policy(name, after.resource_policy.text());
            }
            state
                .protections
                .set_key(name, after.encryption.key.clone());
        });
        update_tags(request, before, after).await
    }

    async fn delete(request: &Request, _: &TableProperties) -> Result<(), String> {
        let input = json!({"TableName": request.physical_id});
        let forget = |state: &mut State| {
            state.recoveries.remove(&request.physical_id);
            state.protections.remove(&request.physical_id);
        };
        request.account.change(forget);
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

/// Checks that the caller may let DynamoDB use the key of the table.
///
/// # Errors
/// DynamoDB's message.
pub(super) fn check_key(request: &Request, properties: &TableProperties) -> Result<(), String> {
    let Some(key) = properties.encryption.key.as_deref() else {
        return Ok(());
    };
    let checked = GRANTS.check(&request.account, &request.caller, key);
    checked.map_err(|unusable| {
        refused_by(
            "DynamoDb",
            "AccessDeniedException",
            &key_sentence(&unusable),
        )
    })
}

fn protect(state: &mut State, properties: &TableProperties, name: &str) {
    let protections = &mut state.protections;
    protections.set_policy(name, properties.resource_policy.text());
    protections.set_key(name, properties.encryption.key.clone());
}

pub(super) fn arn(account: &Account, name: &str) -> String {
    account.arn("dynamodb", &format!("table/{name}"))
}
