//! A log line for each request, and the id by which user and log mean the same one.

use std::time::Instant;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, Span, debug, info, info_span};
use uuid::{Builder, Uuid};

use crate::{auth::User, respond};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The load balancer sets it, and writes it to its own log.
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
/// A longer id is not one: it would only fill the log.
const MAX_ID_LENGTH: usize = 128;

/// The id of a request, in its extensions.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives the request its id, answers it and logs the end.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = request_span(&id, &request);
    let is_ping = request.uri().path() == "/ping";
    let mut response = respond::complete(request, next)
        .instrument(span.clone())
        .await;
    let user = response.extensions_mut().remove::<User>();
    span.in_scope(|| log(response.status(), user.as_ref(), started, is_ping));
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The id that the client gave, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    text(headers, &REQUEST_ID)
        .filter(|id| !id.is_empty() && id.len() <= MAX_ID_LENGTH)
        .map_or_else(|| new_id().to_string(), str::to_owned)
}

/// Nothing is guarded by it: it need not be hard to guess.
fn new_id() -> Uuid {
    Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid()
}

/// Without the query: a cursor in it is the key of an item, which is data.
fn request_span(id: &str, request: &Request) -> Span {
    info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        path = request.uri().path(),
        trace_id = text(request.headers(), &TRACE_ID),
    )
}

/// The health check asks every few seconds, and would be most of the log.
fn log(status: StatusCode, user: Option<&User>, started: Instant, is_ping: bool) {
    let (status, seconds) = (status.as_u16(), started.elapsed().as_secs_f64());
    if is_ping {
        debug!(status, seconds, "answered");
    } else {
        let user = user.map(|user| user.0.as_str());
        info!(status, seconds, user, "answered");
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(given: &[u8]) -> String {
        let value = HeaderValue::from_bytes(given).unwrap();
        request_id(&HeaderMap::from_iter([(REQUEST_ID, value)]))
    }

    #[test]
    fn a_given_id_is_kept() {
        assert_eq!(id_for(b"abc-123"), "abc-123");
    }

    #[test]
    fn what_is_no_id_is_replaced() {
        for given in [&b""[..], b"\xff", &[b'x'; 129]] {
            id_for(given).parse::<Uuid>().unwrap();
        }
    }
}
