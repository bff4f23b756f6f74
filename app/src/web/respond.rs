use std::time::Duration;

use askama::Template;
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tracing::error;

use super::body;
use super::render::render;
use super::request_id::RequestId;
use crate::assets::Assets;
use crate::error::WebError;

/// With these headers a browser loads nothing from elsewhere, shows no page in a frame, and tells no
/// address to others.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
];

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    assets: &'a Assets,
    status: StatusCode,
    message: String,
    request_id: &'a str,
}

impl ErrorPage<'_> {
    fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Error")
    }
}

/// Answers a request. An error gets its page, and every response the security headers.
pub(super) async fn complete(
    assets: &Assets,
    id: &RequestId,
    body_time: Duration,
    request: Request,
    next: Next,
) -> Response {
    let wants_json = wants_json(request.uri().query());
    let mut response = body::discard(request, body_time, next).await;
    if let Some(err) = response.extensions_mut().remove::<WebError>() {
        response = explain(assets, &err, &id.0, wants_json, response);
    }
    guard(response.headers_mut());
    response
}

/// Adds a body to the response that says what is wrong. The detail goes to the log.
fn explain(
    assets: &Assets,
    err: &WebError,
    request_id: &str,
    wants_json: bool,
    bare: Response,
) -> Response {
    let (status, message) = (err.status(), err.to_string());
    if let Some(detail) = err.detail() {
        error!(status = status.as_u16(), detail, "{message}");
    }
    let body = if wants_json {
        Json(json!({ "error": message, "status": status.as_u16(), "requestId": request_id }))
            .into_response()
    } else {
        let page = ErrorPage {
            assets,
            status,
            message,
            request_id,
        };
        // If the page cannot be rendered either, the message is sent as plain text.
        render(&page).unwrap_or_else(|_| err.to_string().into_response())
    };
    let (mut parts, body) = (bare.into_parts().0, body.into_parts());
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(body.0.headers);
    Response::from_parts(parts, body.1)
}

fn wants_json(query: Option<&str>) -> bool {
    query.is_some_and(|query| query.split('&').any(|pair| pair == "format=json"))
}

fn guard(headers: &mut HeaderMap) {
    headers.extend(HEADERS);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_asked_for_by_the_query() {
        assert!(wants_json(Some("format=json")));
        assert!(wants_json(Some("limit=1&format=json")));
        assert!(!wants_json(Some("format=jsonp")));
        assert!(!wants_json(None));
    }
}
