//! A log line for each request, and the id by which user and log mean the same one.

use std::time::Instant;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, Span, debug, field::Empty, info, info_span};
use uuid::Uuid;

use crate::respond;

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
    log(&span, &response, started, is_ping);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The id that the client gave, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    text(headers, &REQUEST_ID)
        .filter(|id| !id.is_empty() && id.len() <= MAX_ID_LENGTH)
        .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

/// Without the query: a cursor in it is the key of an item, which is data.
fn request_span(id: &str, request: &Request) -> Span {
    info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        path = request.uri().path(),
        trace_id = text(request.headers(), &TRACE_ID),
        user = Empty,
    )
}

/// The health check asks every few seconds, and would be most of the log.
fn log(span: &Span, response: &Response, started: Instant, is_ping: bool) {
    let _entered = span.enter();
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    if is_ping {
        debug!(status, seconds, "answered");
    } else {
        info!(status, seconds, "answered");
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
