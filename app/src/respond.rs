//! The last touch on every answer: the page of an error, and the headers that guard the data.

use askama::Template;
use axum::{
    Json,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use serde_json::json;
use tracing::error;

use crate::{error::WebError, observe::RequestId, request_body};

/// Nothing is loaded from elsewhere, nothing is framed, no address is told to others.
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
    status: StatusCode,
    message: String,
    request_id: &'a str,
}

/// Puts the page of its error and the security headers into an answer.
pub(crate) async fn complete(request: Request, next: Next) -> Response {
    let wants_json = wants_json(request.uri().query());
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default();
    let mut response = request_body::discard(request, next).await;
    if let Some(error) = response.extensions_mut().remove::<WebError>() {
        response = explain(&error, &id, wants_json, response);
    }
    guard(response.headers_mut());
    response
}

/// A page from its template.
pub(crate) fn page(template: &impl Template) -> Result<Response, WebError> {
    match template.render() {
        Ok(text) => Ok(Html(text).into_response()),
        Err(error) => Err(WebError::Internal(error.to_string())),
    }
}

/// The answer with a body that says what is wrong; the log keeps the rest.
fn explain(error: &WebError, request_id: &str, wants_json: bool, bare: Response) -> Response {
    let (status, message) = (error.status(), error.to_string());
    if let Some(detail) = error.detail() {
        error!(status = status.as_u16(), detail, "{message}");
    }
    let body = if wants_json {
        Json(json!({ "error": message, "status": status.as_u16(), "requestId": request_id }))
            .into_response()
    } else {
        // Without its page an error is still its sentence.
        page(&ErrorPage {
            status,
            message,
            request_id,
        })
        .unwrap_or_else(|_| error.to_string().into_response())
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
