//! Calls to the embedded database on behalf of CloudFormation.

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::forward::forward;
use crate::account::Account;

/// The embedded database does not check the signature, but refuses a request without one.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=account/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0";

/// An error of DynamoDB. Some responses spell `Message` with an upper-case letter.
#[derive(Deserialize)]
struct Failure {
    #[serde(alias = "Message")]
    message: Option<String>,
}

/// Calls the embedded database like any other client.
///
/// # Errors
/// DynamoDB's message.
pub(super) async fn call(
    account: &Account,
    action: &str,
    input: &impl Serialize,
) -> Result<Value, String> {
    let input = serde_json::to_vec(input).map_err(|err| err.to_string())?;
    let headers = headers(action)?;
    let response = forward(account, &headers, input.into())
        .await
        .map_err(|err| format!("{err:#}"))?;
    let succeeded = response.status() == StatusCode::OK;
    let body = response.into_body().collect().await;
    let body = body.map_err(|err| err.to_string())?.to_bytes();
    if succeeded {
        return serde_json::from_slice(&body).map_err(|err| err.to_string());
    }
    let failure = serde_json::from_slice::<Failure>(&body).ok();
    let message = failure.and_then(|failure| failure.message);
    Err(message.unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned()))
}

fn headers(action: &str) -> Result<HeaderMap, String> {
    let target = format!("DynamoDB_20120810.{action}");
    let target = HeaderValue::from_str(&target).map_err(|err| err.to_string())?;
    let mut headers = HeaderMap::new();
    headers.insert(
        "content-type",
        HeaderValue::from_static("application/x-amz-json-1.0"),
    );
    headers.insert("x-amz-target", target);
    headers.insert("x-amz-date", HeaderValue::from_static("20260101T000000Z"));
    headers.insert("authorization", HeaderValue::from_static(AUTHORIZATION));
    Ok(headers)
}
