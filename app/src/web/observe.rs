use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Span, debug, info, info_span};

use super::request_id::{REQUEST_ID, RequestId};
use super::respond;
use crate::assets::Assets;
use crate::login::User;

/// The load balancer sets it, and writes it to its own log.
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// What every request needs.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) assets: Arc<Assets>,
    /// How long the body of a request may take.
    pub(crate) body_time: Duration,
}

/// Adds an id to the request, answers it and logs the end.
pub(crate) async fn observe(
    State(Web { assets, body_time }): State<Web>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = RequestId::of(request.headers());
    let span = request_span(&id, &request);
    let is_ping = request.uri().path() == "/ping";
    let mut response = respond::complete(&assets, &id, body_time, request, next)
        .instrument(span.clone())
        .await;
    let user = response.extensions_mut().remove::<User>();
    span.in_scope(|| log(response.status(), user.as_ref(), started, is_ping));
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The span has no query: a cursor in it is the key of an item, which is data.
fn request_span(id: &RequestId, request: &Request) -> Span {
    let trace_id = request.headers().get(&TRACE_ID);
    info_span!(
        "request",
        request_id = id.0,
        method = %request.method(),
        path = request.uri().path(),
        trace_id = trace_id.and_then(|id| id.to_str().ok()),
    )
}

/// The health check comes every few seconds, and would be most of the log.
fn log(status: StatusCode, user: Option<&User>, started: Instant, is_ping: bool) {
    let (status, seconds) = (status.as_u16(), started.elapsed().as_secs_f64());
    if is_ping {
        debug!(status, seconds, "answered");
    } else {
        let user = user.map(tracing::field::display);
        info!(status, seconds, user, "answered");
    }
}
