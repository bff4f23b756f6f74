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
    let form = Form::of(&request);
    let mut response = body::discard(request, body_time, next).await;
    if let Some(err) = response.extensions_mut().remove::<WebError>() {
        response = explain(assets, &err, &id.0, form, response);
    }
    guard(response.headers_mut());
    response
}

/// Adds a body to the response that says what is wrong. The detail goes to the log.
fn explain(
    assets: &Assets,
    err: &WebError,
    request_id: &str,
    form: Form,
    bare: Response,
) -> Response {
    let (status, message) = (err.status(), err.to_string());
    if let Some(detail) = err.detail() {
        error!(status = status.as_u16(), detail, "{message}");
    }
    let body = match form {
        Form::Json => {
            Json(json!({ "error": message, "status": status.as_u16(), "requestId": request_id }))
                .into_response()
        }
        Form::Text => format!("{message}\n").into_response(),
        Form::Page => {
            let page = ErrorPage {
                assets,
                status,
                message,
                request_id,
            };
            // If the page cannot be rendered either, the message is sent as plain text.
            render(&page).unwrap_or_else(|_| err.to_string().into_response())
        }
    };
    let (mut parts, body) = (bare.into_parts().0, body.into_parts());
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(body.0.headers);
    Response::from_parts(parts, body.1)
}

/// How an error is said: in the format that was asked for. A browser that follows a link to a download
/// shows a page.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Page,
    Json,
    Text,
}

impl Form {
    fn of(request: &Request) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let format = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("format="));
        let accepted = request.headers().get(header::ACCEPT);
        let is_browser = accepted
            .and_then(|accepted| accepted.to_str().ok())
            .is_some_and(|accepted| accepted.contains("text/html"));
        match format {
            Some("json") => Self::Json,
            Some("jsonl" | "dynamodb-json") if !is_browser => Self::Json,
            Some("csv") if !is_browser => Self::Text,
            _ => Self::Page,
        }
    }
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
    fn an_error_has_the_format_that_was_asked_for() {
        for (query, accept, expected) in [
            ("format=json", "", Form::Json),
            ("limit=1&format=json", "text/html,*/*", Form::Json),
            ("format=jsonl", "*/*", Form::Json),
            ("format=dynamodb-json", "", Form::Json),
            ("format=csv&limit=all", "", Form::Text),
            ("format=csv", "text/html,*/*", Form::Page),
            ("format=jsonl", "text/html", Form::Page),
            ("format=jsonp", "", Form::Page),
            ("", "*/*", Form::Page),
        ] {
            let request = Request::get(format!("/query?{query}")).header("accept", accept);
            let request = request.body(axum::body::Body::empty()).unwrap();
            assert_eq!(Form::of(&request), expected, "{query} {accept}");
        }
    }
}
