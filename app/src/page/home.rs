use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::assets::Assets;
use crate::error::WebError;
use crate::web::render;

/// The start page: a button.
#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    assets: &'a Assets,
    /// Whether the password travelled in clear.
    is_in_clear: bool,
}

impl HomePage<'_> {
    #[expect(clippy::unused_self, reason = "frame_top.html calls it on every page")]
    fn title(&self) -> &'static str {
        "Start"
    }
}

/// `GET /`
pub(crate) async fn home(
    State(assets): State<Arc<Assets>>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    render(&HomePage {
        assets: &assets,
        is_in_clear: is_in_clear(&headers),
    })
}

/// Whether the request came over HTTP from another machine: the load balancer says how it came.
fn is_in_clear(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let host = text("host").unwrap_or_default();
    text("x-forwarded-proto") == Some("http") && !connect::is_on_this_machine(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_from_another_machine_is_in_clear() {
        for (host, protocol, is_clear) in [
            ("app-1.eu-central-1.elb.amazonaws.com", Some("http"), true),
            (
                "app-1.eu-central-1.elb.amazonaws.com:8080",
                Some("http"),
                true,
            ),
            ("app.example.com", Some("https"), false),
            ("app.example.com", None, false),
            ("127.0.0.1:8080", Some("http"), false),
            ("localhost:8080", Some("http"), false),
            ("container-1.elb.localhost:8080", Some("http"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("host", host.parse().unwrap());
            if let Some(protocol) = protocol {
                headers.insert("x-forwarded-proto", protocol.parse().unwrap());
            }
            assert_eq!(is_in_clear(&headers), is_clear, "{host} {protocol:?}");
        }
    }
}
