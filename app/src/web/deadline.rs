use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::WebError;

/// Lets a request wait only so long for the first byte of its response, whatever it waits for. Each
/// call of AWS has a shorter limit, after which the page can name the call.
pub(crate) async fn in_time(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Result<Response, WebError> {
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.map_err(|_| WebError::Late)
}
