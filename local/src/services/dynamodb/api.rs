//! The API: the embedded database answers every action.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response};

use super::forward::forward;
use crate::account::Account;
use crate::aws::{AwsError, Protocol, respond};

/// Passes a request on, and the response back.
pub(crate) async fn handle(
    account: &Account,
    headers: &HeaderMap,
    body: Bytes,
    request_id: &str,
) -> Response<Body> {
    match forward(account, headers, body).await {
        Ok(response) => response,
        Err(err) => {
            let err = AwsError::new("InternalServerError", err.to_string()).with_status(500);
            respond(Protocol::Json, "", request_id, Err(err))
        }
    }
}
