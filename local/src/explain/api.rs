//! The address of the local AWS that answers `local explain`: `/_local/explain?from=task&to=dynamodb`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::explain;
use crate::account::Account;

pub(crate) fn router() -> Router<Arc<Account>> {
    Router::new().route("/_local/explain", get(answer))
}

/// 200 if the connection gets through, 409 if it is stopped, 400 if the names mean nothing.
async fn answer(State(account): State<Arc<Account>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let given: HashMap<_, _> = form_urlencoded::parse(query.as_bytes()).collect();
    let name = |key: &str| given.get(key).map_or("", |name| name.trim());
    match explain(&account, name("from"), name("to")) {
        Ok(explanation) => {
            let status = match explanation.blocked {
                None => StatusCode::OK,
                Some(_) => StatusCode::CONFLICT,
            };
            (status, explanation.to_string()).into_response()
        }
        Err(sentence) => (StatusCode::BAD_REQUEST, format!("{sentence}\n")).into_response(),
    }
}
