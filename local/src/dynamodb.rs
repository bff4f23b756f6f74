//! DynamoDB: the embedded database behind the local AWS's endpoint, with the account's own ARNs.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode};
use dynoxide::Database;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::account::Account;
use crate::protocol::{AwsError, Protocol, respond};
use crate::resources::{Made, Request};

/// How the embedded database starts its ARNs.
const ITS_ARN: &str = "arn:aws:dynamodb:dynoxide:000000000000:";

/// The way to the embedded database's own listener.
pub(crate) struct Backend {
    database: Database,
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Backend {
    /// Serves `database` on a loopback port that only the local AWS knows.
    ///
    /// # Errors
    /// Where no loopback port can be had.
    pub(crate) async fn start(database: Database) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(dynoxide::server::serve_on(listener, database.clone()));
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Self {
            database,
            address,
            client: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    /// The names of the tables and the number of their items.
    pub(crate) fn tables(&self) -> Vec<(String, i64)> {
        let tables = self.database.table_stats().unwrap_or_default();
        tables
            .into_iter()
            .map(|table| (table.table_name, table.item_count))
            .collect()
    }
}

/// Passes a request on, and the answer back.
pub(crate) async fn handle(
    account: &Account,
    headers: &HeaderMap,
    body: Bytes,
    request_id: &str,
) -> Response<Body> {
    match forward(account, headers, body).await {
        Ok(response) => response,
        Err(error) => {
            let error = AwsError::new("InternalServerError", error.to_string()).with_status(500);
            respond(Protocol::Json, "", request_id, Err(error))
        }
    }
}

async fn forward(
    account: &Account,
    headers: &HeaderMap,
    body: Bytes,
) -> anyhow::Result<Response<Body>> {
    // Items may hold any text; only what speaks of tables holds ARNs of ours.
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let of_tables = ["Table", "Tag", "TimeToLive", "Stream"]
        .iter()
        .any(|noun| target.contains(noun));
    let own_arn = account.arn("dynamodb", "");
    let body = if of_tables {
        replace(&body, &own_arn, ITS_ARN)
    } else {
        body
    };
    let mut request = hyper::Request::post(format!("http://{}/", account.backend.address))
        .body(Full::new(body))?;
    for name in [
        "content-type",
        "x-amz-target",
        "authorization",
        "x-amz-date",
    ] {
        if let Some(value) = headers.get(name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    let (mut parts, body) = account.backend.client.request(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    parts.headers.remove("content-length");
    if !of_tables {
        return Ok(Response::from_parts(parts, Body::from(body)));
    }
    // The checksum is of the text before the ARNs are put right.
    parts.headers.remove("x-amz-crc32");
    Ok(Response::from_parts(
        parts,
        Body::from(replace(&body, ITS_ARN, &own_arn)),
    ))
}

fn replace(body: &Bytes, from: &str, to: &str) -> Bytes {
    match std::str::from_utf8(body) {
        Ok(text) if text.contains(from) => text.replace(from, to).into(),
        _ => body.clone(),
    }
}

/// What an `AWS::DynamoDB::Table` will be called.
pub(crate) fn name(request: &Request) -> Made {
    let name = request.name("TableName");
    let arn = request.account.arn("dynamodb", &format!("table/{name}"));
    Made::new(name, json!({"Arn": arn}))
}

/// The properties of an `AWS::DynamoDB::Table` as they are now, in the place of those expected;
/// nothing where it is gone.
pub(crate) async fn actual(account: &Account, name: &str, expected: &Value) -> Option<Value> {
    let answer = call(account, "DescribeTable", &json!({"TableName": name}))
        .await
        .ok()?;
    let table = answer.get("Table")?;
    let mut actual = expected.clone();
    if let Some(protected) = expected.get("DeletionProtectionEnabled") {
        actual["DeletionProtectionEnabled"] = table
            .get("DeletionProtectionEnabled")
            .unwrap_or(protected)
            .clone();
    }
    if expected.get("BillingMode").is_some() {
        let mode = table
            .get("BillingModeSummary")
            .and_then(|summary| crate::json::member(summary, "BillingMode"));
        actual["BillingMode"] = mode.unwrap_or("PROVISIONED").into();
    }
    Some(actual)
}

/// Makes an `AWS::DynamoDB::Table`.
///
/// # Errors
/// DynamoDB's message.
pub(crate) async fn create(request: &Request, name: &str) -> Result<(), String> {
    let wanted = [
        "AttributeDefinitions",
        "BillingMode",
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexes",
        "KeySchema",
        "LocalSecondaryIndexes",
        "ProvisionedThroughput",
        "Tags",
    ];
    let mut input = only(&request.properties, &wanted);
    input.insert("TableName".into(), name.into());
    call(&request.account, "CreateTable", &input.into())
        .await
        .map(|_| ())
}

/// Changes what can be changed of a table without a new one.
///
/// # Errors
/// DynamoDB's message.
pub(crate) async fn update(request: &Request, before: &Value) -> Result<(), String> {
    let changeable = [
        "BillingMode",
        "DeletionProtectionEnabled",
        "ProvisionedThroughput",
    ];
    if let Some(name) = retyped(before, &request.properties) {
        return Err(format!(
            "the local AWS cannot change the type of the attribute {name}: AWS makes a new table then"
        ));
    }
    let mut input = only(&request.properties, &changeable);
    input.retain(|name, value| before.get(name) != Some(value));
    if before.get("DeletionProtectionEnabled").is_some()
        && request
            .properties
            .get("DeletionProtectionEnabled")
            .is_none()
    {
        input.insert("DeletionProtectionEnabled".into(), false.into());
    }
    if request.properties.get("GlobalSecondaryIndexes") != before.get("GlobalSecondaryIndexes") {
        return Err("the local AWS cannot change the GlobalSecondaryIndexes of a table that stands: deploy it as a new table".into());
    }
    if !input.is_empty() {
        input.insert("TableName".into(), request.physical_id.clone().into());
        call(&request.account, "UpdateTable", &input.into()).await?;
    }
    update_tags(request, before).await
}

/// The first attribute whose type differs.
fn retyped(before: &Value, after: &Value) -> Option<String> {
    let types = |properties: &Value| -> BTreeMap<String, Value> {
        let definitions = properties
            .get("AttributeDefinitions")
            .and_then(Value::as_array);
        let named = definitions.into_iter().flatten().filter_map(|definition| {
            Some((
                crate::json::member(definition, "AttributeName")?.to_owned(),
                definition.get("AttributeType")?.clone(),
            ))
        });
        named.collect()
    };
    let after = types(after);
    let differs =
        |(name, kind): &(String, Value)| after.get(name).is_some_and(|other| other != kind);
    types(before)
        .into_iter()
        .find(differs)
        .map(|(name, _)| name)
}

async fn update_tags(request: &Request, before: &Value) -> Result<(), String> {
    let keys = |properties: &Value| -> Vec<String> {
        let tags = properties.get("Tags").and_then(Value::as_array);
        let keys = tags
            .into_iter()
            .flatten()
            .filter_map(|tag| crate::json::member(tag, "Key"));
        keys.map(str::to_owned).collect()
    };
    let arn = request
        .account
        .arn("dynamodb", &format!("table/{}", request.physical_id));
    let kept = keys(&request.properties);
    let gone: Vec<String> = keys(before)
        .into_iter()
        .filter(|key| !kept.contains(key))
        .collect();
    if !gone.is_empty() {
        let input = json!({"ResourceArn": arn, "TagKeys": gone});
        call(&request.account, "UntagResource", &input).await?;
    }
    if !kept.is_empty() && request.properties.get("Tags") != before.get("Tags") {
        let input = json!({"ResourceArn": arn, "Tags": request.properties.get("Tags")});
        call(&request.account, "TagResource", &input).await?;
    }
    Ok(())
}

/// Deletes a table with its items; one that is gone already is no error.
///
/// # Errors
/// DynamoDB's message, for example that the table is protected.
pub(crate) async fn delete(request: &Request) -> Result<(), String> {
    match call(
        &request.account,
        "DeleteTable",
        &json!({"TableName": request.physical_id}),
    )
    .await
    {
        Err(message) if message.contains("not found") => Ok(()),
        other => other.map(|_| ()),
    }
}

fn only(properties: &Value, names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), properties.get(name)?.clone())))
        .collect()
}

/// Calls the embedded database as any client does.
async fn call(account: &Account, action: &str, input: &Value) -> Result<Value, String> {
    let mut headers = HeaderMap::new();
    let target = format!("DynamoDB_20120810.{action}");
    let values = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", target.as_str()),
        ("x-amz-date", "20260101T000000Z"),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=account/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        ),
    ];
    for (name, value) in values {
        headers.insert(name, value.parse().map_err(|error| format!("{error}"))?);
    }
    let response = forward(account, &headers, input.to_string().into())
        .await
        .map_err(|error| format!("{error:#}"))?;
    let succeeded = response.status() == StatusCode::OK;
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(|error| error.to_string())?
        .to_bytes();
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    if succeeded {
        return Ok(answer);
    }
    let message =
        crate::json::member(&answer, "message").or(crate::json::member(&answer, "Message"));
    Err(message.map_or_else(
        || String::from_utf8_lossy(&body).into_owned(),
        str::to_owned,
    ))
}
