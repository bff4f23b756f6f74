//! Logging users in, for the action `authenticate-oidc`.
//!
//! A request without a session is sent to the provider, which sends the user back to
//! `/oauth2/idpresponse` with a code. The load balancer exchanges the code for claims, keeps them in
//! encrypted cookies, and passes them to the targets in signed headers.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>

mod flow;
mod headers;
mod keys;
mod provider;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

pub(super) use self::flow::{CALLBACK, Verdict, call_back, judge};
pub(crate) use self::keys::{LoginKeys, LoginKeysInUse};
use crate::account::Account;

/// Where the endpoint serves the public keys. On AWS they have a host of their own in each region.
pub(crate) const PUBLIC_KEYS: &str = "/_local/elb-public-keys";

/// Serves the public keys, which need no signature of AWS.
pub(crate) fn public_keys() -> Router<Arc<Account>> {
    Router::new().route(&format!("{PUBLIC_KEYS}/{{id}}"), get(public_key))
}

async fn public_key(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Response {
    match keys::public_key(&account, &id) {
        Some(pem) => pem.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
