//! Redirects, with the placeholders `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}`.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

use super::answers::page;
use crate::services::elb::routing::RedirectConfig;

/// The parts of the request's address.
pub(super) struct Parts<'a> {
    pub(super) protocol: &'a str,
    pub(super) host: &'a str,
    pub(super) port: u64,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
}

/// The response. `local_port` gives the port of this machine on which a listener of the load balancer
/// answers, by the listener's port.
pub(super) fn redirect(
    config: &RedirectConfig,
    parts: &Parts<'_>,
    server_header: bool,
    local_port: impl Fn(u64) -> Option<u16>,
) -> Response<Body> {
    let status = match config.status_code.as_str() {
        "HTTP_302" => StatusCode::FOUND,
        _ => StatusCode::MOVED_PERMANENTLY,
    };
    let mut response = page(status, server_header);
    let location = location(config, parts, local_port);
    match HeaderValue::from_str(&location) {
        Ok(location) => response.headers_mut().insert(header::LOCATION, location),
        Err(_) => return page(StatusCode::BAD_REQUEST, server_header),
    };
    response
}

fn location(
    config: &RedirectConfig,
    parts: &Parts<'_>,
    local_port: impl Fn(u64) -> Option<u16>,
) -> String {
    let fill = |given: &Option<String>, default: &str| {
        let text = given.as_deref().unwrap_or(default);
        // `#{path}` is without its leading slash, `#{query}` without its question mark.
        text.replace("#{protocol}", parts.protocol)
            .replace("#{host}", parts.host)
            .replace("#{port}", &parts.port.to_string())
            .replace("#{path}", parts.path.trim_start_matches('/'))
            .replace("#{query}", parts.query)
    };
    let protocol = fill(&config.protocol, "#{protocol}").to_ascii_lowercase();
    let host = fill(&config.host, "#{host}");
    let port = fill(&config.port, "#{port}");
    let path = fill(&config.path, "/#{path}");
    let query = fill(&config.query, "#{query}");
    // On this machine, the listener of that port answers on another one.
    let same_host = host == parts.host;
    let local = port.parse().ok().filter(|_| same_host).and_then(local_port);
    let port = local.map_or(port, |local| local.to_string());
    let question = if query.is_empty() { "" } else { "?" };
    format!("{protocol}://{host}:{port}{path}{question}{query}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_are_filled_and_ports_are_those_of_this_machine() {
        let parts = Parts {
            protocol: "HTTP",
            host: "127.0.0.1",
            port: 80,
            path: "/a/b",
            query: "x=1",
        };
        for (config, expected) in [
            (
                json!({"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}),
                "https://127.0.0.1:8081/a/b?x=1",
            ),
            (
                json!({"Protocol": "HTTPS", "Port": "443", "Host": "www.example.com", "StatusCode": "HTTP_301"}),
                "https://www.example.com:443/a/b?x=1",
            ),
            (
                json!({"Host": "old.#{host}", "Path": "/new/#{path}", "Query": "#{query}&y=2", "StatusCode": "HTTP_302"}),
                "http://old.127.0.0.1:80/new/a/b?x=1&y=2",
            ),
            (
                json!({"Path": "/", "Query": "", "Port": "9999", "StatusCode": "HTTP_302"}),
                "http://127.0.0.1:9999/",
            ),
        ] {
            let config: RedirectConfig = serde_json::from_value(config).unwrap();
            let local = |port| (port == 443).then_some(8081);
            assert_eq!(location(&config, &parts, local), expected);
        }
    }
}
