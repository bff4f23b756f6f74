//! Forwards requests to the embedded database and translates between its ARNs and those of the
//! account.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response};
use http_body_util::{BodyExt as _, Full};

use crate::account::Account;

/// The prefix of the embedded database's ARNs.
const DYNOXIDE_ARN: &str = "arn:aws:dynamodb:dynoxide:000000000000:";

/// The nouns of the actions whose input or output has ARNs. Actions on items are not translated,
/// because items may contain any text.
const NOUNS_WITH_ARNS: [&str; 4] = ["Table", "Tag", "TimeToLive", "Stream"];

/// The headers that the embedded database reads.
const HEADERS: [&str; 4] = [
    "content-type",
    "x-amz-target",
    "authorization",
    "x-amz-date",
];

/// Sends a request to the embedded database.
///
/// # Errors
/// The database does not respond.
pub(super) async fn forward(
    account: &Account,
    headers: &HeaderMap,
    body: Bytes,
) -> anyhow::Result<Response<Body>> {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or("");
    if !NOUNS_WITH_ARNS.iter().any(|noun| target.contains(noun)) {
        return send(account, headers, body).await;
    }
    let own_arn = account.arn("dynamodb", "");
    let body = replace(&body, &own_arn, DYNOXIDE_ARN);
    let (mut parts, body) = send(account, headers, body).await?.into_parts();
    // The checksum was computed over the text with the database's own ARNs.
    parts.headers.remove("x-amz-crc32");
    let body = body.collect().await?.to_bytes();
    let body = replace(&body, DYNOXIDE_ARN, &own_arn);
    Ok(Response::from_parts(parts, Body::from(body)))
}

async fn send(
    account: &Account,
    headers: &HeaderMap,
    body: Bytes,
) -> anyhow::Result<Response<Body>> {
    let mut request = hyper::Request::post(account.backend.url()).body(Full::new(body))?;
    for name in HEADERS {
        if let Some(value) = headers.get(name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    let (mut parts, body) = account.backend.send(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    parts.headers.remove("content-length");
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replace(body: &Bytes, from: &str, to: &str) -> Bytes {
    match std::str::from_utf8(body) {
        Ok(text) if text.contains(from) => text.replace(from, to).into(),
        _ => body.clone(),
    }
}
