//! `AWS::DynamoDB::Table`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::client::call;
use crate::account::Account;
use crate::resources::{Actual, Made, Request, ResourceType, members};

pub(crate) struct Table;

/// The properties that the embedded database takes, as `CreateTable` spells them too.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct TableProperties {
    #[serde(skip_serializing)]
    table_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute_definitions: Option<Vec<AttributeDefinition>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_protection_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    global_secondary_indexes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_schema: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_secondary_indexes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioned_throughput: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Tag>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AttributeDefinition {
    attribute_name: String,
    attribute_type: String,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl ResourceType for Table {
    const NAME: &'static str = "AWS::DynamoDB::Table";
    const SCHEMA: &'static str = include_str!("table.json");
    const USUAL_DURATION: Duration = Duration::from_secs(12);
    const IDENTIFIER: Option<&'static str> = Some("TableName");
    type Properties = TableProperties;

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
        check_change(before, after)?;
        let changed = Changed::of(before, after);
        if changed != Changed::default() {
            let input = UpdateTable {
                table_name: &request.physical_id,
                changed,
            };
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

    async fn actual(account: &Account, name: &str, expected: &Value) -> Actual {
        let input = json!({"TableName": name});
        let described = call(account, "DescribeTable", &input).await.ok();
        let described: Option<Described> =
            described.and_then(|output| serde_json::from_value(output).ok());
        described.map_or(Actual::Gone, |described| {
            Actual::Properties(described.table.in_place_of(expected))
        })
    }

    fn attributes(account: &Account, name: &str, _: &Value) -> Map<String, Value> {
        members(json!({"Arn": arn(account, name)}))
    }
}

fn arn(account: &Account, name: &str) -> String {
    account.arn("dynamodb", &format!("table/{name}"))
}

/// # Errors
/// What the local AWS cannot change of a table that stands.
fn check_change(before: &TableProperties, after: &TableProperties) -> Result<(), String> {
    if let Some(name) = retyped(before, after) {
        return Err(format!(
            "the local AWS cannot change the type of the attribute {name}: AWS makes a new table then"
        ));
    }
    if after.global_secondary_indexes != before.global_secondary_indexes {
        return Err("the local AWS cannot change the GlobalSecondaryIndexes of a table that stands: deploy it as a new table".into());
    }
    Ok(())
}

/// The first attribute whose type differs.
fn retyped<'a>(before: &'a TableProperties, after: &TableProperties) -> Option<&'a str> {
    let before = before.attribute_definitions.iter().flatten();
    let retyped = before.filter(|old| {
        let mut after = after.attribute_definitions.iter().flatten();
        let new = after.find(|new| new.attribute_name == old.attribute_name);
        new.is_some_and(|new| new.attribute_type != old.attribute_type)
    });
    retyped.map(|old| old.attribute_name.as_str()).min()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateTable<'a> {
    table_name: &'a str,
    #[serde(flatten)]
    changed: Changed,
}

/// What changes of a table without a new one.
#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Changed {
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_protection_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioned_throughput: Option<Value>,
}

impl Changed {
    fn of(before: &TableProperties, after: &TableProperties) -> Self {
        fn differing<T: Clone + PartialEq>(before: Option<&T>, after: Option<&T>) -> Option<T> {
            after.filter(|_| before != after).cloned()
        }
        // A table without the property is not protected.
        let protection = after
            .deletion_protection_enabled
            .or(before.deletion_protection_enabled.map(|_| false));
        Self {
            billing_mode: differing(before.billing_mode.as_ref(), after.billing_mode.as_ref()),
            deletion_protection_enabled: protection.filter(|_| {
                before.deletion_protection_enabled != after.deletion_protection_enabled
            }),
            provisioned_throughput: differing(
                before.provisioned_throughput.as_ref(),
                after.provisioned_throughput.as_ref(),
            ),
        }
    }
}

async fn update_tags(
    request: &Request,
    before: &TableProperties,
    after: &TableProperties,
) -> Result<(), String> {
    let arn = arn(&request.account, &request.physical_id);
    let kept = after.tags.as_deref().unwrap_or(&[]);
    let old = before.tags.iter().flatten();
    let gone: Vec<&str> = old
        .filter(|old| !kept.iter().any(|tag| tag.key == old.key))
        .map(|tag| tag.key.as_str())
        .collect();
    if !gone.is_empty() {
        let input = json!({"ResourceArn": arn, "TagKeys": gone});
        call(&request.account, "UntagResource", &input).await?;
    }
    if !kept.is_empty() && after.tags != before.tags {
        let input = json!({"ResourceArn": arn, "Tags": kept});
        call(&request.account, "TagResource", &input).await?;
    }
    Ok(())
}

/// The output of `DescribeTable`, as far as drift is looked for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    table: TableDescription,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TableDescription {
    deletion_protection_enabled: Option<bool>,
    billing_mode_summary: Option<BillingModeSummary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BillingModeSummary {
    billing_mode: Option<String>,
}

impl TableDescription {
    /// The expected properties, with the values that the table has now.
    fn in_place_of(self, expected: &Value) -> Value {
        let mut actual = expected.clone();
        if expected.get("DeletionProtectionEnabled").is_some()
            && let Some(protected) = self.deletion_protection_enabled
        {
            actual["DeletionProtectionEnabled"] = protected.into();
        }
        if expected.get("BillingMode").is_some() {
            let mode = self
                .billing_mode_summary
                .and_then(|summary| summary.billing_mode);
            let mode = mode.unwrap_or_else(|| "PROVISIONED".to_owned());
            actual["BillingMode"] = mode.into();
        }
        actual
    }
}
