//! The API: the embedded database answers most actions; a few are about the account, or about what
//! the local AWS knows of a table.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::call;
use super::forward::forward;
use super::resource_policies;
use crate::account::Account;
use crate::aws::{Answer, AwsError, Protocol, admit, answer, respond, seconds};

const TABLE: &str = "AWS::DynamoDB::Table";

/// The actions that the embedded database has.
const EMBEDDED: [&str; 27] = [
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeStream",
    "DescribeTable",
    "DescribeTimeToLive",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "GetRecords",
    "GetShardIterator",
    "ListStreams",
    "ListTables",
    "ListTagsOfResource",
    "PutItem",
    "Query",
    "Scan",
    "TagResource",
    "TransactGetItems",
    "TransactWriteItems",
    "UntagResource",
    "UpdateItem",
    "UpdateTable",
    "UpdateTimeToLive",
];

/// Answers an action.
pub(crate) async fn handle(
    account: &Account,
    headers: &HeaderMap,
    body: Bytes,
    request_id: &str,
) -> Response<Body> {
    let target = headers.get("x-amz-target");
    let target = target.and_then(|target| target.to_str().ok()).unwrap_or("");
    let action = target.rsplit('.').next().unwrap_or("").to_owned();
    let own = match action.as_str() {
        "DescribeContinuousBackups"
        | "DescribeContributorInsights"
        | "UpdateContinuousBackups"
        | "DescribeEndpoints"
        | "DescribeLimits"
        | "ListBackups"
        | "ListExports"
        | "ListImports"
        | "DescribeKinesisStreamingDestination"
        | "ListGlobalTables"
        | "DeleteResourcePolicy"
        | "GetResourcePolicy"
        | "PutResourcePolicy" => Some(own(account, &action, &body).await),
        known if EMBEDDED.contains(&known) => None,
        other => Some(unknown(other)),
    };
    if let Some(answer) = own {
        return respond(Protocol::Json, &action, request_id, answer);
    }
    let input = body.clone();
    match forward(account, headers, body).await {
        Ok(response) => {
            if response.status().is_success() {
                protect(account, &action, &input);
            }
            response
        }
        Err(err) => {
            let err = AwsError::new("InternalServerError", err.to_string()).with_status(500);
            respond(Protocol::Json, "", request_id, Err(err))
        }
    }
}

/// Keeps the policy and the key of a table, which the embedded database does not know.
fn protect(account: &Account, action: &str, body: &[u8]) {
    if !["CreateTable", "DeleteTable", "UpdateTable"].contains(&action) {
        return;
    }
    let input: Value = serde_json::from_slice(body).unwrap_or_default();
    let name = input["TableName"].as_str().unwrap_or("");
    let name = name.rsplit('/').next().unwrap_or(name);
    let key = input["SSESpecification"]["KMSMasterKeyId"].as_str();
    account.change(|state| {
        if action == "DeleteTable" {
            state.protections.remove(name);
            return;
        }
        if let Some(policy) = input["ResourcePolicy"].as_str() {
            state.protections.set_policy(name, Some(policy.to_owned()));
        }
        if let Some(key) = key {
            state.protections.set_key(name, Some(key.to_owned()));
        }
    });
}

/// An action that the local AWS does not do, or that AWS does not have.
fn unknown(action: &str) -> Answer {
    for service in ["dynamodb", "streams.dynamodb"] {
        match admit(service, Protocol::Json, action, json!({})) {
            Err(err) if err.code == "UnknownOperationException" => {}
            _ => return Err(AwsError::unknown_action("DynamoDB", action)),
        }
    }
    Err(AwsError::new("UnknownOperationException", ""))
}

/// Answers an action that the embedded database does not have.
async fn own(account: &Account, action: &str, body: &[u8]) -> Answer {
    let input: Value = serde_json::from_slice(body)
        .map_err(|err| AwsError::new("SerializationException", err.to_string()))?;
    let input = admit("dynamodb", Protocol::Json, action, input)?;
    if let Some(name) = input["TableName"].as_str() {
        exists(account, name).await?;
    }
    match action {
        "DescribeContinuousBackups" => answer(&input, |input| Ok(backups(account, &input))),
        "DescribeContributorInsights" => answer(&input, |input| Ok(insights(account, &input))),
        "UpdateContinuousBackups" => answer(&input, |input| Ok(update(account, &input))),
        "DescribeEndpoints" => answer(&input, |Nothing {}| {
            let address = account.endpoint.to_string();
            Ok(json!({"Endpoints": [{"Address": address, "CachePeriodInMinutes": 1440}]}))
        }),
        // The default quotas of an account.
        "DescribeLimits" => answer(&input, |Nothing {}| {
            Ok(json!({
                "AccountMaxReadCapacityUnits": 80_000,
                "AccountMaxWriteCapacityUnits": 80_000,
                "TableMaxReadCapacityUnits": 40_000,
                "TableMaxWriteCapacityUnits": 40_000,
            }))
        }),
        "DescribeKinesisStreamingDestination" => answer(&input, |input: Table| {
            let none: [(); 0] = [];
            Ok(json!({"TableName": input.table_name, "KinesisDataStreamDestinations": none}))
        }),
        "ListGlobalTables" => answer(&input, |Nothing {}| Ok(json!({"GlobalTables": []}))),
        "ListBackups" => answer(&input, |_: Table| Ok(json!({"BackupSummaries": []}))),
        "DeleteResourcePolicy" => {
            resource_policies::of_table(account, &input).await?;
            answer(&input, |input| resource_policies::delete(account, &input))
        }
        "GetResourcePolicy" => {
            resource_policies::of_table(account, &input).await?;
            answer(&input, |input| resource_policies::get(account, &input))
        }
        "PutResourcePolicy" => {
            resource_policies::of_table(account, &input).await?;
            answer(&input, |input| resource_policies::put(account, input))
        }
        "ListExports" => answer(&input, |_: OfTable| Ok(json!({"ExportSummaries": []}))),
        "ListImports" => answer(&input, |_: OfTable| Ok(json!({"ImportSummaryList": []}))),
        other => unknown(other),
    }
}

async fn exists(account: &Account, name: &str) -> Result<(), AwsError> {
    let described = call(account, "DescribeTable", &json!({"TableName": name})).await;
    described
        .map(drop)
        .map_err(|_| AwsError::new("TableNotFoundException", format!("Table not found: {name}")))
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Table {
    table_name: String,
}

/// A list of what was exported or imported, maybe of one table.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct OfTable {
    table_arn: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Insights {
    table_name: String,
    index_name: Option<String>,
}

/// `DescribeContributorInsights`: what the template of the table says.
fn insights(account: &Account, input: &Insights) -> Value {
    let table = account.read(|state| {
        let item = state.inventory.get_of(TABLE, &input.table_name);
        item.map_or(Value::Null, |item| item.properties.clone())
    });
    let indexes = table["GlobalSecondaryIndexes"].as_array();
    let index = input.index_name.as_deref().map(|name| {
        let mut indexes = indexes.into_iter().flatten();
        indexes.find(|index| index["IndexName"] == name)
    });
    let of = index.map_or(Some(&table), |index| index);
    let given = of.map(|of| &of["ContributorInsightsSpecification"]);
    let is_on = given.is_some_and(|given| given["Enabled"] == true);
    let mut shown = json!({
        "TableName": input.table_name,
        "ContributorInsightsStatus": if is_on { "ENABLED" } else { "DISABLED" },
    });
    if let Some(name) = &input.index_name {
        shown["IndexName"] = name.clone().into();
    }
    if let Some(mode) = given.and_then(|given| given["Mode"].as_str()) {
        shown["ContributorInsightsMode"] = mode.into();
    }
    shown
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Update {
    table_name: String,
    point_in_time_recovery_specification: Specification,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Specification {
    point_in_time_recovery_enabled: bool,
    recovery_period_in_days: Option<u64>,
}

fn update(account: &Account, input: &Update) -> Description {
    let wanted = &input.point_in_time_recovery_specification;
    let (enabled, days) = (
        wanted.point_in_time_recovery_enabled,
        wanted.recovery_period_in_days,
    );
    account.change(|state| state.recoveries.set(&input.table_name, enabled, days));
    description(account, &input.table_name)
}

fn backups(account: &Account, input: &Table) -> Description {
    description(account, &input.table_name)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    continuous_backups_description: Backups,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Backups {
    continuous_backups_status: &'static str,
    point_in_time_recovery_description: RecoveryDescription,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RecoveryDescription {
    point_in_time_recovery_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_period_in_days: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    earliest_restorable_date_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_restorable_date_time: Option<f64>,
}

fn description(account: &Account, table: &str) -> Description {
    let recovery = account.read(|state| state.recoveries.get(table));
    Description {
        continuous_backups_description: Backups {
            continuous_backups_status: "ENABLED",
            point_in_time_recovery_description: RecoveryDescription {
                point_in_time_recovery_status: match recovery {
                    Some(_) => "ENABLED",
                    None => "DISABLED",
                },
                recovery_period_in_days: recovery.map(|recovery| recovery.days),
                earliest_restorable_date_time: recovery.map(|recovery| recovery.since),
                // AWS can restore up to five minutes ago.
                latest_restorable_date_time: recovery
                    .map(|recovery| recovery.since.max(seconds() - 300.0)),
            },
        },
    }
}
