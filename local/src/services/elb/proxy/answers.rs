//! The responses of the load balancer itself.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use crate::services::elb::routing::FixedResponseConfig;
use crate::services::wafv2::CustomAnswer;

/// The error page of an Application Load Balancer.
pub(super) fn page(status: StatusCode, server_header: bool) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or("Error");
    titled(
        status,
        &format!("{} {reason}", status.as_u16()),
        server_header,
    )
}

/// A page with another title than the reason of its status.
pub(super) fn titled(status: StatusCode, title: &str, server_header: bool) -> Response<Body> {
    let html = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    let mut response = own(status, html, server_header);
    let kind = HeaderValue::from_static("text/html");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// A fixed response. Its text may be empty.
pub(super) fn fixed(config: &FixedResponseConfig, server_header: bool) -> Response<Body> {
    let status = config.status_code.parse().ok();
    let status = status.and_then(|status: u16| StatusCode::from_u16(status).ok());
    let text = config.message_body.clone().unwrap_or_default();
    let mut response = own(status.unwrap_or(StatusCode::OK), text, server_header);
    let kind = config.content_type.as_deref().unwrap_or("text/plain");
    if let Ok(kind) = HeaderValue::from_str(&format!("{kind}; charset=utf-8")) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

/// The answer of a rule of AWS WAF.
pub(super) fn custom(custom: CustomAnswer, server_header: bool) -> Response<Body> {
    let status = StatusCode::from_u16(custom.status).unwrap_or(StatusCode::FORBIDDEN);
    let (kind, text) = custom.body.unwrap_or(("text/html", String::new()));
    let mut response = own(status, text, server_header);
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    insert(response.headers_mut(), &custom.headers);
    response
}

/// Adds headers. One with the same name is replaced.
pub(super) fn insert(headers: &mut HeaderMap, added: &[(String, String)]) {
    for (name, value) in added {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
}

fn own(status: StatusCode, text: String, server_header: bool) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    if server_header {
        let server = HeaderValue::from_static("awselb/2.0");
        response.headers_mut().insert(header::SERVER, server);
    }
    response
}
